"""What the trail says, as the empleador reads it: one sentence per kind of look or act, after "Agente 14"."""

from __future__ import annotations

#: `Rastro.que` → words. A key in use is never taken out or renamed: rows with it stay for ever.
QUE = {
    # looks
    "ve_lote": "Vio el estado y las cantidades del lote, sin cédulas, nombres ni sueldos",
    "codigo_errado": "Escribió un código de llamada que no existe",
    "entra_llamada": "Abrió la llamada con el código que usted le dijo",
    "ve_pagina": "Vio la página que usted tenía abierta, con las cédulas y los sueldos cubiertos",
    "ve_datos": "Vio cédulas y sueldos, con el permiso que usted le dio",
    "ve_quejas": "Vio la lista de quejas",
    "ve_queja": "Leyó una queja",
    "estado_queja": "Consultó el estado de una queja",
    "ve_atenciones": "Vio la lista de atenciones",
    "ve_rastro": "Vio lo que consultó el personal",
    "ve_supervision": "Vio el trabajo de los agentes",
    # acts in a call
    "pide_datos": "Pidió su permiso para ver cédulas y sueldos",
    "senala": "Señaló una línea o un campo en su página",
    "deja_de_senalar": "Quitó lo que había señalado en su página",
    "cierra_llamada": "Terminó la llamada",
    # attentions and complaints
    "anota_atencion": "Anotó la atención de una llamada",
    "cierra_atencion": "Cerró la atención de una llamada",
    "deja_abierta": "Dejó la atención abierta para seguir después",
    "toma_atencion": "Tomó una atención abierta",
    "escala_atencion": "Pasó la atención a un supervisor",
    "resuelve_atencion": "Dio la atención por resuelta",
    "responde_queja": "Respondió una queja",
    # acts of supervisors
    "reencola": "Puso otra vez en la cola un lote que había fallado",
    "desbloquea": "Desbloqueó una cuenta",
    "bloquea": "Bloqueó una cuenta",
    "olvida_intentos": "Quitó la espera por claves equivocadas de una cuenta",
    "cierra_visitas": "Cerró las visitas abiertas de una cuenta",
    "reinicia_segundo": "Quitó el segundo paso de la cuenta de un agente para que lo active otra vez",
    "cambia_texto": "Cambió un texto de ayuda",
    # the staff's own accounts
    "activa_segundo": "Activó el segundo paso de su cuenta",
    "usa_recuperacion": "Ingresó con un código de recuperación",
    "hace_codigos": "Hizo códigos de recuperación nuevos para su cuenta",
}
