"""How an identity number is shown to someone who needs to recognise it and not to read it."""


def oculta(identificacion: object) -> str:
    """`0912791803` → `09••••1803`: the first two and the last four. Anything under eight characters is hidden whole."""
    text = str(identificacion)
    return f"{text[:2]}••••{text[-4:]}" if len(text) >= 8 else "••••"
