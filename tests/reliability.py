"""Runs the test of each fault that the program promises to survive, and writes docs/reliability.md.

python -m tests.reliability             every row
python -m tests.reliability WORD        those whose test's file has the word in its name; the others stay as they were
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "reliability.md"
_FAULTS = "tests/integration/chat/test_faults.py"
_STRANGE = "tests/integration/chat/test_strange_faults.py"
_TOGETHER = "tests/integration/chat/test_one_transaction.py"
_RESTART = "tests/e2e/test_restart.py"
_OUTAGES = "tests/e2e/test_outages.py"
_AROUND = "tests/integration/chat/test_surroundings.py"
_FOLDER = "tests/contract/test_folder.py"
_MAILBOX = "tests/contract/test_mailbox.py"
_SCHEMA = "tests/contract/test_store_schema.py"
_DELIVERY = "tests/integration/chat/test_delivery.py"


@dataclass(frozen=True, slots=True)
class Row:
    """A fault, what is promised, and the test (all its cases) that shows it."""

    fault: str
    promise: str
    file: str
    test: str


ROWS = (
    Row(
        "The database is locked by another process while updates arrive",
        "Nothing ends; the press and the command are done when it is free",
        _FAULTS,
        "test_a_locked_database_ends_nothing_and_loses_no_press",
    ),
    Row(
        "The database cannot be written at a press",
        "The press waits, and counts when there is room",
        _FAULTS,
        "test_an_error_of_the_database_leaves_an_update_for_later",
    ),
    Row(
        "A disk that is really full, a press and four low reviews meanwhile",
        "Nothing ends; both count when there is room, once",
        "tests/e2e/test_full_disk.py",
        "test_a_full_disk_ends_nothing_and_heals",
    ),
    Row(
        "A mistake of our own at one place",
        "The other places alarm; `check --health` fails until it is over",
        _FAULTS,
        "test_one_location_that_fails_is_put_aside_and_the_others_go_on",
    ),
    Row(
        "The clock is set back by 23 h while it runs",
        "What is due keeps its distance; the owner is told once",
        _FAULTS,
        "test_a_clock_set_back_by_a_day_blinds_nobody",
    ),
    Row(
        "The clock is set back by a day between two runs",
        "Noticed at the start; the next cluster alarms",
        _FAULTS,
        "test_a_clock_set_back_between_two_runs_is_noticed_at_the_start",
    ),
    Row(
        "Update numbers begin lower after a week of silence",
        "The press counts",
        _FAULTS,
        "test_updates_that_begin_lower_are_not_confirmed_away",
    ),
    Row(
        "Another bot account in the old data folder",
        "Its updates are handled",
        _FAULTS,
        "test_another_bot_account_begins_with_its_own_numbers",
    ),
    Row(
        "One 403 to the only owner",
        "`check --health` fails; whatever she writes brings the chat and the open card back",
        _FAULTS,
        "test_one_refusal_to_the_only_owner_does_not_end_all_alerts",
    ),
    Row(
        "A source that drips",
        "Folders are read as ever; a poll ends after five minutes",
        _FAULTS,
        "test_slow_sources_hold_no_folder_back_and_a_poll_has_a_deadline",
    ),
    Row(
        "Many sources of one host",
        "Four at once; other hosts and folders wait for nobody",
        _FAULTS,
        "test_sources_of_one_host_wait_for_each_other_only",
    ),
    Row(
        "An update that cannot be read",
        "Stored, confirmed, put aside; the next ones are handled, also after a start",
        _FAULTS,
        "test_an_update_that_cannot_be_read_is_put_aside",
    ),
    Row(
        "An unreadable answer to a message that was sent",
        "It may have arrived: sent again and marked, three times at most",
        _FAULTS,
        "test_an_unreadable_answer_to_a_message_is_no_reason_to_drop_it",
    ),
    Row(
        "getMe without `is_bot`",
        "The program runs, and asks again",
        _FAULTS,
        "test_a_start_whose_getme_answers_nothing_goes_on",
    ),
    Row(
        "Two severity messages wait",
        "The last is sent",
        _FAULTS,
        "test_of_several_severity_messages_that_wait_the_last_is_sent",
    ),
    Row(
        "Two copies of a card after a time-out",
        "A press on the older one counts and takes its buttons off",
        _FAULTS,
        "test_an_older_copy_of_a_card_is_retired_at_its_first_press",
    ),
    Row(
        "A damaged database",
        "One sentence with what to do, in every command",
        "tests/integration/test_damage.py",
        "test_every_command_says_it_in_one_sentence",
    ),
    Row(
        "SIGTERM right after the start",
        "It ends without waiting for the start",
        _RESTART,
        "test_sigterm_right_after_the_start_ends_it_within_seconds",
    ),
    Row(
        "SIGTERM while it waits for Telegram",
        "It ends within seconds, in order",
        _RESTART,
        "test_sigterm_ends_the_command_line_program_in_seconds_with_exit_code_0",
    ),
    Row(
        "A text that ends its worker twice",
        "Put aside; all others are scored",
        _FAULTS,
        "test_a_text_that_ends_every_worker_is_put_aside_and_the_rest_is_read",
    ),
    Row(
        "The scorer itself fails",
        "`check`, `check --health` and `/status` say so at once; it heals",
        _FAULTS,
        "test_scoring_that_fails_for_every_text_is_told_by_the_health_check",
    ),
    Row(
        "Forty messages wait for a chat that takes one a second",
        "A new card is the next one",
        _FAULTS,
        "test_a_new_card_overtakes_whatever_waits",
    ),
    Row(
        "A kill between storing a press and handling it",
        "Handled once after the start",
        _RESTART,
        "test_a_press_stored_before_a_kill_is_handled_once_after_the_restart",
    ),
    Row(
        "A kill while a message is sent",
        "It says that it may be a repeat",
        _RESTART,
        "test_a_message_whose_answer_was_lost_says_that_it_may_be_a_repeat",
    ),
    Row(
        "A revoked token",
        "It ends and says what to do",
        _RESTART,
        "test_a_revoked_token_ends_the_program_and_says_what_to_do",
    ),
    Row(
        "A source that fails for an hour",
        "One loud message, and the all-clear",
        _OUTAGES,
        "test_a_source_that_fails_for_an_hour_buzzes_once_and_gives_the_all_clear",
    ),
    Row(
        "The database is removed while it runs",
        "It is written again from what is still open; the program ends with one sentence",
        _STRANGE,
        "test_a_database_that_is_removed_is_written_again",
    ),
    Row(
        "The database is replaced while it runs",
        "The program ends with one sentence, within a minute",
        _STRANGE,
        "test_a_database_that_is_replaced_ends_the_program",
    ),
    Row(
        "A folder of exports becomes a file",
        "The source is told to be blind once, and heals",
        _STRANGE,
        "test_a_folder_that_becomes_a_file_is_told_and_heals",
    ),
    Row(
        "The clock jumps a year ahead, and back",
        "Told both times; sources go on, the next cluster alarms",
        _STRANGE,
        "test_a_clock_that_jumps_a_year_ahead_and_back_blinds_nobody",
    ),
    Row(
        "Pipes, devices, loops of links, sockets and names that are no text in a folder",
        "Left alone; exports beside them are read, nothing outside the folder is",
        _STRANGE,
        "test_odd_things_in_a_folder_hold_nothing_up",
    ),
    Row(
        "One of two owners blocks the bot",
        "The other gets the card, and hears of it",
        _STRANGE,
        "test_one_of_two_owners_blocks_the_bot",
    ),
    Row(
        "Five hundred long messages, and a press behind them",
        "The press is handled first",
        _STRANGE,
        "test_a_pile_of_updates_holds_no_press_up",
    ),
    Row(
        "The folder for pictures and documents is a file",
        "The words go without; alarms and presses go on",
        _STRANGE,
        "test_a_folder_for_files_that_is_none_costs_the_files_only",
    ),
    Row(
        "Telegram answers a byte at a time",
        "The whole call has an end",
        _STRANGE,
        "test_an_answer_that_drips_ends",
    ),
    Row(
        "A card is sent and the disk is full before that is noted",
        "It is sent once; the note is made when there is room",
        _TOGETHER,
        "test_a_card_whose_sending_cannot_be_noted_is_sent_once",
    ),
    Row(
        "The database fails between a claim and the sending",
        "The message is sent later",
        _TOGETHER,
        "test_a_delivery_that_is_broken_off_is_taken_up_again",
    ),
    Row(
        "The erase of a whole place is broken off three times",
        "It goes on; in the end its guests are in no byte of the data folder",
        "tests/integration/chat/test_erase.py",
        "test_a_whole_place_is_erased_however_often_that_is_broken_off",
    ),
    Row(
        "The disk is full in the middle of an erase",
        "One sentence; the same command finishes it when there is room, in no byte after",
        "tests/integration/test_erase_full_disk.py",
        "test_an_erase_on_a_full_disk_is_done_when_there_is_room",
    ),
    Row(
        "A mailbox gives an erased guest once more under other numbers",
        "The other mails are read, he is stored nowhere",
        "tests/integration/chat/test_erase_again.py",
        "test_the_mailbox_gives_him_once_more",
    ),
    Row(
        "Google's weekly list holds an erased guest still, edited",
        "He is stored nowhere",
        "tests/integration/chat/test_erase_again.py",
        "test_google_gives_him_with_every_reading_of_the_whole_list",
    ),
    Row(
        "A web page with 200 instead of every answer of Telegram",
        "Nothing is taken for sent; cards and presses go on when it is gone",
        _AROUND,
        "test_web_pages_instead_of_answers",
    ),
    Row(
        "Names that are looked up and never answered",
        "Files are read and detectors judge; the end waits for none of them",
        _AROUND,
        "test_names_that_are_never_answered_take_no_thread_of_others",
    ),
    Row(
        "Forty mailboxes that say nothing while they are listened to",
        "They take no thread of files and detectors",
        _MAILBOX,
        "test_mailboxes_that_are_listened_to_take_no_thread_of_others",
    ),
    Row(
        "A mail server that is silent, stops within a line, hangs up or refuses",
        "Told with its own reason, tried again",
        _MAILBOX,
        "test_servers_that_misbehave",
    ),
    Row(
        "A source that answers 5xx with a web page, half a body or nothing",
        "An error with its reason; nothing is stored; asked again",
        "tests/contract/test_sources.py",
        "test_a_platform_that_fails_is_told_apart_and_asked_again",
    ),
    Row(
        "A watched folder, one in it or one above it may not be read any more",
        "Told once, read again when it may; what was read stays known",
        _FOLDER,
        "test_a_folder_that_loses_its_rights_is_told_and_keeps_what_is_known",
    ),
    Row(
        "A folder's name that the system refuses",
        "The source is told to be blind, with the system's reason",
        _FOLDER,
        "test_a_folder_that_the_system_refuses_for_any_reason_is_told",
    ),
    Row(
        "A file that grows while it is read",
        "It waits until it stands still",
        _FOLDER,
        "test_file_written_during_the_sweep_waits_too",
    ),
    Row(
        "Places, groups and people whose names are emoji, turn the writing or are 250 long",
        "Every message is taken; nothing turns a line around",
        _AROUND,
        "test_a_place_and_a_group_of_any_name",
    ),
    Row(
        "A closed topic, and a group that is deleted",
        "Cards go on in General, then with the owner, who is told",
        _AROUND,
        "test_a_closed_topic_and_a_deleted_group",
    ),
    Row(
        "A deleted topic",
        "Its cards stand in General",
        _DELIVERY,
        "test_deleted_topic_moves_to_general",
    ),
    Row(
        "The bot is removed from a group",
        "The owner gets the cards and is told once",
        _DELIVERY,
        "test_lost_group_is_given_up_and_told",
    ),
    Row(
        "The clock goes an hour back while a snooze runs",
        "It lasts as long as was asked for and ends once",
        _AROUND,
        "test_the_clock_goes_an_hour_back_while_a_snooze_runs",
    ),
    Row(
        "A database that a newer release wrote",
        "One sentence; nothing is changed",
        _SCHEMA,
        "test_a_newer_database_is_refused",
    ),
    Row(
        "What a detector remembers was saved by a newer release",
        "One sentence; nothing is changed",
        _AROUND,
        "test_a_memory_that_a_newer_release_saved_ends_the_program_with_a_sentence",
    ),
    Row(
        "A migration that fails on its way",
        "The schema and all rows are as they were",
        _SCHEMA,
        "test_a_failed_migration_leaves_nothing",
    ),
    Row(
        "Two processes on one data folder",
        "The second does not start",
        _RESTART,
        "test_a_second_instance_on_the_same_database_refuses_to_start",
    ),
    Row(
        "Telegram asks to be left alone for a while, and the program is started again",
        "The wait is kept, the message comes after it",
        _DELIVERY,
        "test_flood_wait_survives_a_restart",
    ),
)


def main(word: str) -> int:
    """Run them and write the document; 1 when a promise was not kept."""
    rows = [row for row in ROWS if word in row.file]
    ids = sorted({f"{row.file}::{row.test}" for row in rows})
    seen: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        # Some rows are among the long proofs, which pytest runs apart from the others.
        for which in ([], ["--proof"]):
            command = [sys.executable, "-m", "pytest", "-q", "-n", "0" if word else "2", f"--junitxml={report}", *which]
            subprocess.run([*command, *ids], cwd=ROOT, check=False)
            seen |= {test: _words(*counts) for test, counts in _seen(report).items()}
    before = _before() if word else {}
    DOCUMENT.write_text(document({**before, **seen}, datetime.now(UTC)), encoding="utf-8")
    return 0 if all(seen.get(row.test, "").startswith("kept") for row in rows) else 1


def _words(passed: int, every: int) -> str:
    kept = "kept" if every and passed == every else "**not kept**"
    return kept if every == 1 else f"{kept}, {every} cases"


def _before() -> Mapping[str, str]:
    """What the document says of each test."""
    rows = [line.strip("| ").split(" | ") for line in DOCUMENT.read_text(encoding="utf-8").splitlines()]
    return {cells[3].strip("`"): cells[2] for cells in rows if len(cells) == 4}


def _seen(report: Path) -> Mapping[str, tuple[int, int]]:
    """Of each test, how many of its cases passed, and how many there are."""
    found: dict[str, tuple[int, int]] = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = (case.get("name") or "").partition("[")[0]
        is_good = not [one for one in case if one.tag in ("failure", "error", "skipped")]
        passed, every = found.get(name, (0, 0))
        found[name] = (passed + is_good, every + 1)
    return found


def document(seen: Mapping[str, str], at: datetime) -> str:
    """The document's text; `seen` is what came of each test, in words."""
    lines = [
        "# Reliability",
        "",
        "Written by `make proof`: each row is a test on the real service with a local Telegram, real SQLite files and,",
        f"where time is involved, a stepped clock. {at:%Y-%m-%d}.",
        "",
        "| Fault | Promise | Seen | Test |",
        "|---|---|---|---|",
    ]
    for row in ROWS:
        lines.append(f"| {row.fault} | {row.promise} | {seen.get(row.test, '**not run**')} | `{row.test}` |")
    lines += [
        "",
        "`tests/e2e/test_kills_of_keeping.py --proof` kills 34 times each, at random: a backup (whatever has a",
        "backup's name can be restored; 11 left half a file without such a name), the way from an old schema to the",
        "newest (every row is there after the next start). An erase of a guest and one of a place is killed right",
        "before and right after each of its commits: 30 kills, 24 after its begin, all done by the next start.",
        "Seen on 2026-12-01, two cores.",
        "",
        "What a loop catches is one of three (`bot/store/db/failures.py`): tried again when it is over (locked,",
        "full, unreachable), put aside so that the others go on (whatever is not known), or the end with one",
        "sentence. The first of a kind is logged, then one line a minute.",
        "",
        "`reviewbot check --health` fails when the service does not run or poll, when Telegram refuses the bot, when a",
        "message has waited for ten minutes, when a place reaches no chat, when scoring fails or stands still for ten",
        "minutes, and while something is put aside.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
