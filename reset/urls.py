from django.urls import path

from reset.views import checks, contact, effort, kiosk, portal

app_name = "reset"

urlpatterns = [
    path("", portal.start, name="start"),
    path("moment/", effort.moment, name="moment"),
    path("why/", portal.why, name="why"),
    path("method/", checks.method, name="method"),
    path("address/", checks.address, name="address"),
    path("code/", checks.code, name="code"),
    path("code/again/", checks.code_again, name="code_again"),
    path("code/other/", checks.other_check, name="other_check"),
    path("link/<str:token>/", checks.link, name="link"),
    path("password/", portal.password, name="password"),
    path("unlock/", portal.unlock, name="unlock"),
    path("waiting/", portal.waiting, name="waiting"),
    path("done/", portal.done, name="done"),
    path("denied/", portal.denied, name="denied"),
    path("helpdesk/", portal.helpdesk_only, name="helpdesk_only"),
    path("help/", portal.help_page, name="help"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.contacted, name="contacted"),
    path("kiosk/idle/", kiosk.idle, name="kiosk_idle"),
    path("kiosk/wipe/", kiosk.wipe, name="kiosk_wipe"),
    path("phone/", kiosk.phone, name="phone"),
    path("phone/code.svg", kiosk.phone_picture, name="phone_picture"),
    path("stop/", portal.stop, name="stop"),
    path("closed/", portal.closed, name="closed"),
]
