"""Whose address is it? Only as far as our own proxies vouch for it (P-C16, P-C17, S-B-4.1.3)."""

import pytest
from django.test import RequestFactory

from accounts.client import address_of, browser_hash, device_of, network_of


def address(peer, forwarded="", trusted=(), settings=None):
    settings.TRUSTED_PROXIES = list(trusted)
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    return address_of(RequestFactory(REMOTE_ADDR=peer, headers=headers).get("/"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "found"),
    [
        ("192.0.2.1", "", [], "192.0.2.1"),
        ("192.0.2.1", "198.51.100.9", [], "192.0.2.1"),
        ("10.0.0.1", "198.51.100.9", ["10.0.0.0/8"], "198.51.100.9"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.9", ["10.0.0.0/8"], "198.51.100.9"),
        ("10.0.0.1", "198.51.100.9, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.9"),
        ("192.0.2.1", "198.51.100.9", ["10.0.0.0/8"], "192.0.2.1"),
        ("10.0.0.1", "nonsense", ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", "198.51.100.9, nonsense", ["10.0.0.0/8"], "10.0.0.1"),
        ("::ffff:192.0.2.1", "", [], "192.0.2.1"),
        ("nonsense", "", [], ""),
    ],
)
def test_the_nearest_address_that_is_not_ours(peer, forwarded, trusted, found, settings):
    assert address(peer, forwarded, trusted, settings) == found


@pytest.mark.parametrize(
    ("one", "network"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("", ""), ("x", "")],
)
def test_addresses_are_counted_by_network(one, network):
    assert network_of(one) == network


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17)", "phone"),
        ("Mozilla/5.0 (iPad; CPU OS 17)", "tablet"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "computer"),
        ("curl/8", "unknown"),
    ],
)
def test_devices_are_told_apart_coarsely(agent, device):
    assert device_of(agent) == device


@pytest.mark.parametrize("token", ["", "short", "x" * 65])
def test_a_token_we_never_made_is_no_browser(token):
    assert browser_hash(token) == ""
