"""People, roles, chats and invitations, on both databases."""

from __future__ import annotations

import asyncio

from bot.model.people import Grant, Role
from bot.settings import BusinessSettings, LocationSettings, SourceSettings
from bot.store.db.engine import Store
from bot.store.people import chats, invitations, locations, people
from tests.store_cases import HOUR, NOW, Shop, make_shop, rows_of


async def _invite(store: Store, shop: Shop, code: str = "CODE-1") -> None:
    async with store.write() as connection:
        place = await locations.find(connection, shop.location_id)
        grant = Grant(Role.MANAGER, place.business_id, shop.location_id)
        await invitations.create(connection, code, kind="person", grant=grant, now=NOW, expires_at=NOW + HOUR)


async def test_a_code_is_used_once_whoever_tries_together(store: Store, other: Store, shop: Shop) -> None:
    """Ten uses at the same moment from two processes: one succeeds."""
    await _invite(store, shop)

    async def use(one: Store) -> bool:
        async with one.write() as connection:
            return await invitations.use(connection, "CODE-1", now=NOW)

    results = await asyncio.gather(*(use(one) for one in (store, other) * 5))
    assert results.count(True) == 1


async def test_a_code_expires_and_is_not_stored_itself(store: Store, shop: Shop) -> None:
    """Only the hash is kept; at its last moment the code is worth nothing."""
    await _invite(store, shop)
    (row,) = await rows_of(store, "invitations")
    assert "CODE-1" not in str(row)
    async with store.write() as connection:
        found = await invitations.find(connection, "CODE-1", now=NOW)
        assert found is not None
        assert (found.role, found.is_valid) == (Role.MANAGER, True)
        assert await invitations.find(connection, "CODE-2", now=NOW) is None
        late = await invitations.find(connection, "CODE-1", now=NOW + HOUR)
        assert late is not None
        assert not late.is_valid
        assert not await invitations.use(connection, "CODE-1", now=NOW + HOUR)


async def test_roles_reach_where_they_were_given(store: Store, shop: Shop) -> None:
    """An owner of the business and a manager of one location are its team; the same role twice is one."""
    async with store.write() as connection:
        place = await locations.find(connection, shop.location_id)
        grant = Grant(Role.MANAGER, place.business_id, shop.location_id)
        for _ in range(2):
            ben = await people.join(connection, telegram_id=1002, name="Ben", language="en", grant=grant, now=NOW)
        assert await people.grants_of(connection, ben.person_id) == [grant]
        team = await people.team(connection, business_id=place.business_id, location_id=shop.location_id)
        assert [member.person.name for member in team] == ["Petra", "Ben"]
        elsewhere = await people.team(connection, business_id=place.business_id, location_id=shop.location_id + 1)
        assert [member.person.name for member in elsewhere] == ["Petra"]


async def test_a_revoked_person_may_nothing_and_hears_nothing(store: Store, shop: Shop) -> None:
    """Revoking takes the roles and unlinks the private chat."""
    async with store.write() as connection:
        place = await locations.find(connection, shop.location_id)
        assert await people.revoke(connection, shop.owner.person_id, now=NOW) == 1
        assert await people.grants_of(connection, shop.owner.person_id) == []
        assert await chats.of_location(connection, shop.location_id) == []
        assert await chats.of_owners(connection, business_id=place.business_id) == []
        assert await people.revoke(connection, shop.owner.person_id, now=NOW) == 0


async def test_chats_get_the_locations_they_are_linked_to(store: Store, shop: Shop) -> None:
    """A link without a location means all of them; the same link twice is one; a lost chat gets nothing."""
    async with store.write() as connection:
        place = await locations.find(connection, shop.location_id)
        team = await chats.put(
            connection, telegram_chat_id=-5, thread_id=3, kind="group", title="T", language="de", now=NOW
        )
        for _ in range(2):
            await chats.link(connection, team.chat_id, business_id=place.business_id, location_id=shop.location_id)
        assert [chat.chat_id for chat in await chats.of_location(connection, shop.location_id)] == [
            shop.chat_id,
            team.chat_id,
        ]
        assert await chats.linked_locations(connection, team.chat_id) == [shop.location_id]
        assert await chats.find(connection, -5, 4) is None, "another topic of the group is not this one"
        await chats.disable(connection, team.chat_id, reason="kicked", now=NOW)
        assert [chat.chat_id for chat in await chats.of_location(connection, shop.location_id)] == [shop.chat_id]
        again = await chats.put(
            connection, telegram_chat_id=-5, thread_id=3, kind="group", title="T2", language="en", now=NOW
        )
        assert (again.chat_id, again.disabled_at, again.language) == (team.chat_id, None, "de")


async def test_a_chat_of_a_whole_business_gets_nothing_of_another(store: Store, shop: Shop) -> None:
    """A link to all locations of one business reaches none of a second one."""
    place = LocationSettings(id="hafen", name="Hafen", sources=(SourceSettings(id="x", type="folder", platform="x"),))
    other = BusinessSettings(id="anker", name="Anker", locations=(place,))
    async with store.write() as connection:
        await locations.sync(connection, [other])
        (hafen,) = await locations.find_by_key(connection, "anker/hafen")
        assert await chats.of_location(connection, hafen.location_id) == []
        assert [chat.chat_id for chat in await chats.of_location(connection, shop.location_id)] == [shop.chat_id]


async def test_a_group_that_becomes_a_supergroup_keeps_its_links(store: Store, shop: Shop) -> None:
    """Every topic's chat gets the new id and keeps ours."""
    async with store.write() as connection:
        both = [
            await chats.put(
                connection, telegram_chat_id=-5, thread_id=n, kind="group", title="T", language="de", now=NOW
            )
            for n in (0, 3)
        ]
        moved = await chats.migrate(connection, -5, -1005)
        assert sorted(moved) == [chat.chat_id for chat in both]
        assert await chats.find(connection, -5) is None
        found = await chats.find(connection, -1005, 3)
    assert found is not None
    assert found.chat_id == both[1].chat_id


async def test_the_configuration_is_followed_without_losing_history(store: Store, shop: Shop) -> None:
    """What is not configured any more becomes inactive, and is itself again when it returns."""
    async with store.write() as connection:
        await locations.sync(connection, [])
        assert await locations.all_active(connection) == []
    before = {row["source_id"] for row in await rows_of(store, "sources")}
    again = await make_shop(store)
    assert again.location_id == shop.location_id
    assert {row["source_id"] for row in await rows_of(store, "sources")} == before
