"""What every novedad shares: the head (fields 1 to 6), derived columns, history columns and common rules."""

from __future__ import annotations

import numpy as np
import polars as pl

from portal import catalogos
from portal.files.columns import Cedula, Codigo, Contexto, Leido, Numero, Ruc, Sucursal
from portal.files.explain import Explicacion
from portal.novedades.base import Campo, Dia, Falla, Meses, Novedad, Regla

C = pl.col
ANIOS = 1900, 2999  # years that can be read; the rules say which are allowed

_ANIO = Explicacion(
    "PER-03",
    "error",
    "El año no se puede leer",
    "En «{campo}» dice «{valor}» y deben ir las 4 cifras del año.",
    "Escriba el año con cuatro cifras, por ejemplo 2026.",
    "En la línea {linea}, el año no se puede leer. Va con cuatro cifras.",
)
_MES = Explicacion(
    "PER-04",
    "error",
    "El mes no existe",
    "En «{campo}» dice «{valor}» y debe ir un mes de 01 a 12.",
    "Escriba el mes con dos cifras, de 01 a 12.",
    "En la línea {linea}, el mes va con dos cifras, de cero uno a doce.",
)
MOVIMIENTO = Explicacion(
    "MOV-01",
    "error",
    "La línea es de otra novedad",
    "En «{campo}» dice «{valor}»: es {otro}. Este archivo es de {elegido}.",
    "Pase la línea al archivo de su novedad, o corrija el código del movimiento.",
    "En la línea {linea}, el movimiento es {otro}. El archivo es de {elegido}: esa línea va en otro.",
)


class Movimiento(Codigo):
    """The movement code of the file: the same on every line."""

    problemas = (MOVIMIENTO,)

    def __init__(self, codigo: str) -> None:
        super().__init__({codigo: codigo})
        self.forma = "3 letras"
        self.ejemplos = {MOVIMIENTO.codigo: "SAL" if codigo != "SAL" else "ENT"}

    def understand(self, texto: str, ctx: Contexto) -> Leido:
        leido = super().understand(texto, ctx)
        return leido._replace(codigo="MOV-01") if leido.codigo else leido


def cabecera(codigo: str) -> tuple[Campo, ...]:
    """Fields 1 to 6 of a movement. Examples of `ruc`, `anio`, `mes` and `cedula` are rendered where they are shown."""
    return (
        Campo(
            "ruc",
            Ruc(),
            "RUC",
            "1799000004001",
            "Su RUC completo. Si Excel le quitó el cero inicial, el portal lo repone.",
        ),
        Campo("sucursal", Sucursal(), "Sucursal", "0001", "La matriz es 0001. El número no sale del RUC."),
        Campo("anio", Numero(4, *ANIOS, _ANIO), "Año", Dia(0), "Año del período."),
        Campo("mes", Numero(2, 1, 12, _MES, ceros=True), "Mes", Dia(0), "De 01 a 12."),
        Campo("movimiento", Movimiento(codigo), "Movimiento", codigo, f"Siempre {codigo} en este archivo."),
        Campo(
            "cedula",
            Cedula(),
            "Cédula",
            "0912791803",
            "Cédula del trabajador, o su código de extranjero registrado en el IESS.",
        ),
    )


# --- derived columns: name -> (fields it is made of, expression) -------------------------------------------------
INICIO, FIN = C("inicio_periodo"), C("fin_periodo")
# looked up by month in small tables: computing dates line by line costs five times as much
_MESES = np.arange(f"{ANIOS[0]}-01", f"{ANIOS[1] + 1}-01", dtype="datetime64[M]")
_INICIOS = pl.Series(_MESES.astype("datetime64[D]"))
_FINES = pl.Series((_MESES + 1).astype("datetime64[D]") - 1)
_SBU = pl.Series([catalogos.sbu().get(anio) for anio in range(ANIOS[0], ANIOS[1] + 1)], dtype=pl.Int64)
_DESDE_ENERO = (C("anio") - ANIOS[0]) * 12 + C("mes") - 1
DERIVADAS: dict[str, tuple[tuple[str, ...], pl.Expr]] = {
    "periodo": (("anio", "mes"), C("anio") * 100 + C("mes")),
    "inicio_periodo": (("anio", "mes"), pl.lit(_INICIOS).gather(_DESDE_ENERO)),
    "fin_periodo": (("anio", "mes"), pl.lit(_FINES).gather(_DESDE_ENERO)),
    "sbu": (("anio",), pl.lit(_SBU).gather(C("anio") - ANIOS[0])),
}

# --- history columns: what the snapshot says of the relación a line is about --------------------------------------
# `sueldo_desde`: the period (AAAAMM) of the MSU that set the present sueldo, null when its ENT did; `ultimo_periodo`:
# the last one with a live novedad of that relación, but for its ENT; `ultimo_dia`: the last own date of one (MND,
# PRA, RRT)
HISTORIA: dict[str, pl.DataType | type[pl.DataType]] = {
    "relacion_id": pl.Int64,
    "rel_ingreso": pl.Date,
    "rel_salida": pl.Date,
    "rel_jornada": pl.String,
    "rel_sectorial": pl.String,
    "sueldo_actual": pl.Int64,
    "sueldo_desde": pl.Int32,
    "ultimo_periodo": pl.Int32,
    "ultimo_dia": pl.Date,
}
HISTORIA_PIDE = ("ruc", "sucursal", "anio", "mes", "cedula")

# --- which relación a line is about (of several that fit, the latest) ---------------------------------------------
ULTIMA = pl.lit(True)
ABIERTA = C("rel_salida").is_null()


def cubre(desde: pl.Expr, hasta: pl.Expr) -> pl.Expr:
    """A relación that has some day from `desde` to `hasta`."""
    return (C("rel_ingreso") <= hasta) & (C("rel_salida").is_null() | (C("rel_salida") >= desde))


CUBRE_PERIODO = cubre(INICIO, FIN)

#: nothing was registered of that relación in the months before the line's period
MESES_SIN_VER = 3


def _month_number(periodo: pl.Expr) -> pl.Expr:
    return periodo // 100 * 12 + periodo % 100


_DIAS = np.arange(f"{ANIOS[0]}-01-01", f"{ANIOS[1] + 1}-01-01", dtype="datetime64[D]")
_MES_DEL_DIA = pl.Series(_DIAS.astype("datetime64[M]").astype(np.int32) + 1970 * 12 + 1)
_DIA_DE_INGRESO = (C("rel_ingreso").to_physical() - int(_DIAS[0].astype(int))).clip(0, len(_DIAS) - 1)
_MES_DE_INGRESO = pl.lit(_MES_DEL_DIA).gather(_DIA_DE_INGRESO)
_HEARD_OF = pl.max_horizontal(_month_number(C("ultimo_periodo")), _MES_DE_INGRESO)
SIN_VER = _month_number(C("periodo")) - _HEARD_OF > MESES_SIN_VER
ABIERTA_AL_FIN = (C("rel_ingreso") <= FIN) & (C("rel_salida").is_null() | (C("rel_salida") >= FIN))

# --- scalars of the day, given as columns: the business date, the first day still in time, the first not too late --
HOY, A_TIEMPO_DESDE, LIMITE = C("hoy"), C("a_tiempo_desde"), C("limite")
DEL_DIA = ("hoy", "a_tiempo_desde", "limite")


def minimo_sectorial(anio: pl.Expr, codigo: pl.Expr) -> pl.Expr:
    """Cents a month for that activity in that year; null when the catalogue does not say."""
    llave = anio.cast(pl.Int64) * 10**13 + codigo.cast(pl.Int64, strict=False)
    return llave.replace_strict(catalogos.sectorial_minimums(), default=None, return_dtype=pl.Int64)


def reglas_comunes(nov: Novedad) -> tuple[Regla, ...]:
    """Period, identity and time limits, the same for every movement."""
    return (*_reglas_de_periodo(nov), _tercera_cifra(), *_reglas_de_plazo(nov))


def _reglas_de_periodo(nov: Novedad) -> tuple[Regla, ...]:
    return (
        Regla(
            "PER-01",
            "mes",
            INICIO > HOY,
            "El período todavía no empieza",
            "El año y el mes de la línea son de un período futuro.",
            "Use el mes en curso o uno anterior.",
            "En la línea {linea}, el mes todavía no empieza. Use el mes en curso.",
            Falla(periodo=1, con=nov.acompanan.get("PER-01", ())),
        ),
        Regla(
            "PER-02",
            "anio",
            C("anio") < 2000,
            "El período es anterior a 2000-01",
            "El portal registra períodos desde enero de 2000.",
            "Corrija el año. Los períodos anteriores se tramitan en una ventanilla del IESS.",
            "En la línea {linea}, el año es anterior al dos mil. Corríjalo.",
            Falla({"anio": "1999"}, con=nov.acompanan.get("PER-02", ())),
        ),
    )


def _tercera_cifra() -> Regla:
    return Regla(
        "IDE-04",
        "cedula",
        (C("cedula") // 10_000_000 % 10 > 6) & (C("cedula") // 100_000_000 <= 30),
        "La tercera cifra de la cédula es poco común",
        "La tercera cifra de «{valor}» es mayor que 6. El dígito verificador sí corresponde.",
        "No tiene que hacer nada si la cédula es la del documento.",
        "En la línea {linea}, la cédula tiene una cifra poco común. Si es la del documento, está bien.",
        Falla({"cedula": "0970000006"}),
        nivel="aviso",
        fuente="Registro Civil: el rango de la tercera cifra ya no se cumple siempre",
    )


def dia_propio(nov: Novedad) -> pl.Expr:
    """The day from which a time limit counts: the novedad's own date, else the last day of what it is about."""
    return C(nov.fecha) if nov.fecha else FIN if nov.dia is None else nov.dia


def vence_hoy(nov: Novedad) -> pl.Expr:
    """Whether a line is still in time and will not be tomorrow."""
    base = dia_propio(nov)
    return (base >= A_TIEMPO_DESDE) & (base < C("a_tiempo_manana"))


def _reglas_de_plazo(nov: Novedad) -> tuple[Regla, ...]:
    """`base` is the novedad's own day; the limits come with the day of the lote (settings)."""
    base = dia_propio(nov)
    campo = nov.fecha or ("mes" if nov.dia is None else "lapso")
    demasiado = base < LIMITE
    aviso = Regla(
        "PLA-01",
        campo,
        base < A_TIEMPO_DESDE if nov.solo_aviso_tarde else (base < A_TIEMPO_DESDE) & ~demasiado,
        "Fuera de plazo",
        "El plazo ya pasó: 15 días desde el ingreso en el aviso de entrada, 3 días laborables en las demás novedades.",
        "No tiene que corregirla: se registra con esta nota. El atraso puede generar responsabilidad patronal.",
        "La línea {linea} está fuera de plazo. Se registra, con esa nota.",
        _falla_tarde(nov, -20, -1, "PLA-01"),
        nivel="aviso",
        fuente="Ley de Seguridad Social, art. 73",
        plazo=True,
    )
    error = Regla(
        "PLA-02",
        campo,
        demasiado,
        "Extemporánea: pasaron más de 45 días",
        "Pasados 45 días, esta novedad ya no se registra por carga batch.",
        "Haga este aviso en una ventanilla del IESS, con el respaldo de la fecha. Las demás líneas no se afectan.",
        "La línea {linea} tiene más de cuarenta y cinco días. Ese aviso se hace en ventanilla, con el respaldo.",
        _falla_tarde(nov, -46, -3, "PLA-02"),
        fuente="Límite del portal, se puede ajustar",
        plazo=True,
    )
    return (aviso,) if nov.solo_aviso_tarde else (error, aviso)


def _falla_tarde(nov: Novedad, dias: int, meses: int, codigo: str) -> Falla:
    con = nov.acompanan.get(codigo, ())
    if nov.dia is not None:
        return Falla({"lapso": Meses(meses, meses)}, periodo=meses, con=con)
    return Falla({nov.fecha: Dia(dias)}, con=con) if nov.fecha else Falla(periodo=meses, con=con)


def fecha_futura(codigo: str, campo: str, etiqueta: str, falla: Falla) -> Regla:
    """A date that has not come: told, not refused."""
    nombre = etiqueta[:1].lower() + etiqueta[1:]
    return Regla(
        codigo,
        campo,
        C(campo) > HOY,
        f"La {nombre} es futura",
        f"La {nombre} «{{valor}}» todavía no llega.",
        "Si es correcta, no haga nada: se registra. Si no, escriba la fecha que corresponde.",
        f"En la línea {{linea}}, la {nombre} todavía no llega. Revise si es la correcta.",
        falla,
        nivel="aviso",
    )


def sin_relacion_en_el_periodo(codigo: str) -> Regla:
    """No relación of the worker in the sucursal has any day of the period."""
    return Regla(
        codigo,
        "cedula",
        C("relacion_id").is_null(),
        "El trabajador no tiene relación en ese período",
        "En esa sucursal no consta ningún día de trabajo en el período.",
        "Revise la cédula, la sucursal y el mes. Si la entrada no se registró, envíe antes el aviso de entrada.",
        "En la línea {linea}, ese trabajador no consta en la sucursal ese mes. Revise la sucursal y el mes.",
        Falla(historia="ninguna"),
    )


_ULTIMO_SBU = max(catalogos.sbu())


def sin_salario_basico(normal: pl.Expr, con: tuple[str, ...]) -> Regla:
    """A year whose SBU is not in the catalogue yet: the sueldo of a `normal` jornada cannot be compared."""
    return Regla(
        "SBU-01",
        "sueldo",
        (C("anio") > _ULTIMO_SBU) & normal & C("sueldo").is_not_null(),
        "El portal no tiene el salario básico de ese año",
        "El salario básico unificado del año de la línea no está en el portal, así que «{valor}» no se comparó con él.",
        "Revise el sueldo y su punto decimal. Si es correcto, no haga nada: se registra.",
        "En la línea {linea}, el sueldo no se pudo comparar con el salario básico del año. Revíselo.",
        Falla({"anio": f"{_ULTIMO_SBU + 1}"}, con=con),
        nivel="aviso",
    )


def codigos(nombre: str) -> Codigo:
    """A field type over the catalogue `nombre`; the type keeps it, so that pages can explain its codes."""
    entradas = catalogos.catalogo(nombre)
    lista = catalogos.lista(nombre)
    tipo = Codigo(entradas.opciones, entradas.solo_lectura, lista.patron, lista.ejemplo, lista.consultar)
    tipo.catalogo = nombre
    return tipo
