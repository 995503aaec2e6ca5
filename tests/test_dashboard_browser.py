"""The dashboard in a real browser: clicks, keys, paper, and texts that would like to be code."""

from __future__ import annotations

import base64
import os
import re
import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from checklists.checklist import Answer
from checklists.communes import communes_of
from checklists.report import Report
from checklists.task_plan import TaskPlan
from criteria.language import choose
from criteria.values import clean
from exports.dashboard.page import write_dashboard
from tests.factories import (
    ALL_MET,
    make_checklist,
    make_matrix,
    make_round,
    statement,
    with_values,
)
from tests.pages import MADE, compared
from tests.test_dashboard import NASTY, nasty_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
BROWSER: Final = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER: Final = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="chromium and its driver are not here"),
    pytest.mark.xdist_group("browser"),
]
SECONDS: Final = 20


class Browser:
    """A browser, and one page in it."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, path: Path, where: str = "") -> None:
        self.driver.get("about:blank")
        self.driver.get(path.as_uri() + where)

    def run(self, script: str, *given: object) -> Any:
        return self.driver.execute_script(script, *given)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements("css selector", selector)  # type: ignore[no-any-return]

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def until(self, holds: Callable[[], object]) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, SECONDS, poll_frequency=0.05).until(lambda _driver: holds())

    def choose(self, selector: str, value: str) -> None:
        from selenium.webdriver.support.ui import Select

        Select(self.one(selector)).select_by_value(value)

    def press(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    @property
    def rows(self) -> list[str]:
        """Names of the communes that the matrix shows."""
        script = (
            "return Array.from(document.querySelectorAll('#matrix-table tbody tr'))"
            ".filter(row => row.checkVisibility()).map(row => row.cells[0].textContent)"
        )
        return self.run(script)  # type: ignore[no-any-return]

    @property
    def heading(self) -> str:
        """The heading of the view that is shown."""
        script = (
            "return Array.from(document.querySelectorAll('section.view'))"
            ".filter(view => view.checkVisibility())"
            ".map(view => view.querySelector('h2').textContent).join('|')"
        )
        return self.run(script)  # type: ignore[no-any-return]

    @property
    def focused(self) -> str:
        """The text of the element that keys go to."""
        return self.run("return document.activeElement.textContent")  # type: ignore[no-any-return]

    @property
    def complaints(self) -> list[str]:
        """What went wrong in the page: errors, breaches of its policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    from selenium.webdriver.chrome.service import Service

    # Else selenium looks for a driver on the network.
    before = os.environ.get("SE_OFFLINE")
    os.environ["SE_OFFLINE"] = "true"
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument("--window-size=1366,900")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    held = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield held
    held.quit()
    if before is None:
        del os.environ["SE_OFFLINE"]
    else:
        os.environ["SE_OFFLINE"] = before


@pytest.fixture
def browser(driver: Any) -> Iterator[Browser]:
    held = Browser(driver)
    held.complaints  # noqa: B018 - forget what an earlier page said
    yield held
    assert held.complaints == []


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of 95 communes of which every third falls short of something."""
    choose("vi")
    held = make_round()
    values = {
        each.code: ALL_MET if place % 3 else with_values(pc_adequate=place % 12, n_backup="none")
        for place, each in enumerate(held.communes)
    }
    path = tmp_path_factory.mktemp("page") / "Tổng hợp đợt 1.html"
    write_dashboard(Report(make_matrix(values, held=held)), path, MADE)
    return path


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    choose("en")
    path = tmp_path_factory.mktemp("page") / "changed.html"
    write_dashboard(compared(), path, MADE)
    return path


def test_the_page_asks_nothing_of_the_network(browser: Browser, province: Path) -> None:
    browser.open(province)

    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert browser.heading == "Tổng hợp"


def test_a_name_is_found_without_its_marks(browser: Browser, province: Path) -> None:
    browser.open(province, "#matrix")

    browser.one("#f-text").send_keys("bien hoa")
    browser.until(lambda: len(browser.rows) < 95)

    assert "Phường Biên Hòa" in browser.rows
    counted = re.findall(r"\d+", browser.one("#f-count").text)
    assert counted == [str(len(browser.rows)), "95"]

    browser.one("#f-text").clear()
    browser.one("#f-text").send_keys("dong xoai")
    browser.until(lambda: "Phường Đồng Xoài" in browser.rows)

    browser.one("#f-clear").click()
    browser.until(lambda: len(browser.rows) == 95)


def test_filters_hold_together(browser: Browser, province: Path) -> None:
    browser.open(province, "#matrix")

    browser.choose("#f-criterion", "EQ-01")
    browser.choose("#f-rating", "short")
    browser.until(lambda: len(browser.rows) < 95)
    short = browser.rows
    browser.choose("#f-class", "green")
    browser.until(lambda: browser.rows == [])

    assert 0 < len(short) < 40
    assert browser.one("#f-none").is_displayed()
    assert "class=green" in browser.driver.current_url


def test_a_tile_of_the_summary_leads_to_its_communes(browser: Browser, province: Path) -> None:
    browser.open(province)
    amount = browser.one(".figure.c0 .amount").text

    browser.one(".figure.c0").click()
    browser.until(lambda: browser.heading == "Ma trận")

    assert str(len(browser.rows)) == amount
    browser.driver.back()
    browser.until(lambda: browser.heading == "Tổng hợp")


def test_a_column_sorts_up_then_down_then_not(browser: Browser, province: Path) -> None:
    browser.open(province, "#matrix")
    official = browser.rows
    head = browser.one("th[data-sort='index']")
    button = browser.one("th[data-sort='index'] button")
    index = "return Array.from(document.querySelectorAll('#matrix-table tbody tr')).map(row => "
    index += "parseFloat(row.lastElementChild.textContent.replace(',', '.')))"

    button.click()
    up = browser.run(index)
    said = head.get_attribute("aria-sort")
    button.click()
    down = browser.run(index)

    assert up == sorted(up)
    assert said == "ascending"
    assert down == sorted(down, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    button.click()
    assert browser.rows == official
    assert head.get_attribute("aria-sort") is None


def test_names_sort_in_the_vietnamese_order(browser: Browser, province: Path) -> None:
    browser.open(province, "#matrix?sort=name")

    names = [re.sub(r"^(Xã|Phường) ", "", name) for name in browser.rows]

    assert names.index("An Lộc") < names.index("Bàu Hàm") < names.index("Cẩm Mỹ")
    assert names.index("Dầu Giây") < names.index("Đa Kia") < names.index("Gia Kiệm")


@pytest.mark.parametrize("width", [800, 1366, 1920])
@pytest.mark.parametrize("button", ["#usual", "#larger", "#projector"])
def test_no_code_is_broken_or_runs_out_of_its_column(
    browser: Browser, province: Path, width: int, button: str
) -> None:
    size = {"width": width, "height": 768, "deviceScaleFactor": 1, "mobile": False}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.open(province, "#matrix")
    browser.one(button).click()
    script = (
        "return Array.from(document.querySelectorAll('#matrix-table thead .code')).map(code => {"
        "const text = document.createRange(); text.selectNodeContents(code);"
        "const [lines, head] = [text.getClientRects(), code.closest('th').getBoundingClientRect()];"
        "return [lines.length, lines[0].left >= head.left && lines[0].right <= head.right]})"
    )

    heads = browser.run(script)

    assert heads == [[1, True]] * 16
    browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


PEOPLE: Final = ("Trần Văn Ân", "Bà Lê & Ông Võ +1", "")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of 60 communes, each with tasks of one of three people, some of them late."""
    choose("vi")
    held = make_round(communes=communes_of("75")[:60])
    checklists = []
    for place, each in enumerate(held.communes):
        day = MADE.last_day + timedelta(place - 10)
        plan = TaskPlan(who=PEOPLE[place % 3], by_when=day)
        values = with_values(pc_adequate=2)
        plans = {"EQ-01": Answer((statement(plan),))}
        checklists.append(make_checklist(held, each, values, plans=plans))
    path = tmp_path_factory.mktemp("page") / "planned.html"
    write_dashboard(Report(make_matrix(held=held, checklists=checklists)), path, MADE)
    return path


def tasks_shown(browser: Browser) -> list[list[str]]:
    """The cells of the tasks that the list shows."""
    script = (
        "return Array.from(document.querySelectorAll('#task-rows tr'))"
        ".filter(row => row.checkVisibility())"
        ".map(row => Array.from(row.cells).map(cell => cell.textContent))"
    )
    return browser.run(script)  # type: ignore[no-any-return]


@pytest.mark.parametrize("who", PEOPLE[:2])
def test_the_name_of_a_person_shows_the_tasks_of_that_person(
    browser: Browser, planned: Path, who: str
) -> None:
    browser.open(planned, "#tasks")
    everything = len(tasks_shown(browser))
    link = next(each for each in browser.all("#view-tasks th a") if each.text == who)

    link.click()
    browser.until(lambda: {row[3] for row in tasks_shown(browser)} == {who})

    assert len(tasks_shown(browser)) == 20
    assert browser.focused == browser.one("#h-task-list").text
    assert re.findall(r"\d+", browser.one("#t-count").text) == ["20", "60"]
    assert browser.run("return document.getElementById('t-who').value") == who
    browser.one("#t-clear").click()
    browser.until(lambda: len(tasks_shown(browser)) == everything)
    assert browser.driver.current_url.endswith("#tasks")


def test_a_page_opened_at_the_tasks_of_a_person_shows_them(browser: Browser, planned: Path) -> None:
    browser.open(planned, "#tasks?who=B%C3%A0+L%C3%AA+%26+%C3%94ng+V%C3%B5+%2B1&late=1")

    assert {row[3] for row in tasks_shown(browser)} == {PEOPLE[1]}
    assert {
        "late" in each.get_attribute("class")
        for each in browser.all("#task-rows td:last-child")
        if each.is_displayed()
    } == {True}


def test_the_tasks_of_nobody_can_be_shown(browser: Browser, planned: Path) -> None:
    browser.open(planned, "#tasks")
    link = browser.all("#view-tasks th a[data-query^='who=%E2%80%93']")[0]

    link.click()
    browser.until(lambda: {row[3] for row in tasks_shown(browser)} == {"–"})


def test_tasks_are_found_without_marks_and_the_late_come_first(
    browser: Browser, planned: Path
) -> None:
    browser.open(planned, "#tasks")
    first = tasks_shown(browser)
    days = [datetime.strptime(row[4], "%d/%m/%Y") for row in first]  # noqa: DTZ007

    browser.one("#t-text").send_keys("tran van an may tinh eq")
    browser.until(lambda: {row[3] for row in tasks_shown(browser)} == {PEOPLE[0]})
    found = len(tasks_shown(browser))
    browser.one("#t-text").clear()
    browser.one("#t-text").send_keys("xyzzy")
    browser.until(lambda: tasks_shown(browser) == [])

    assert days == sorted(days)
    assert found == 20
    assert browser.one("#t-none").is_displayed()


def test_more_tasks_are_shown_step_by_step_and_keys_go_on_there(
    browser: Browser, planned: Path
) -> None:
    browser.open(planned, "#tasks")
    before = tasks_shown(browser)

    browser.run("document.getElementById('t-more').click()")
    after = tasks_shown(browser)

    assert len(before) == 50
    assert len(after) == 60
    assert browser.focused == after[50][0]


def test_keys_walk_the_matrix_and_open_why(browser: Browser, province: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.open(province, "#matrix")
    browser.run("document.querySelector('#matrix-table [tabindex=\"0\"]').focus()")

    browser.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    said = browser.run("return document.activeElement.title")
    browser.press(Keys.ENTER)
    browser.until(lambda: "commune" in browser.driver.current_url)

    assert said.startswith("EQ-01")
    assert browser.driver.current_url.endswith("/EQ-01")
    assert browser.focused.split()[1] == "EQ-01"


def test_the_map_takes_the_colours_of_a_criterion(browser: Browser, province: Path) -> None:
    browser.open(province, "#map")
    before = browser.one(".tile").get_attribute("class")

    browser.choose("#by", "EQ-01")
    browser.until(lambda: browser.one(".tile").get_attribute("class") != before)

    looks = {tile.get_attribute("class").split()[-1] for tile in browser.all(".tile")}
    counts = [int(each.text.rsplit(" ", 1)[1]) for each in browser.all("#map-legend li")]
    assert looks <= {f"r{at}" for at in range(6)}
    assert sum(counts) == 95
    assert "EQ-01" in browser.one(".tile").get_attribute("aria-label")


def test_arrows_walk_the_map_and_enter_opens(browser: Browser, province: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.open(province, "#map")
    first = browser.one(".tile")
    browser.run("arguments[0].focus()", first)
    place = "const at = document.activeElement.dataset; return [Number(at.y), Number(at.x)]"
    start = browser.run(place)

    browser.press(Keys.ARROW_RIGHT)
    right = browser.run(place)
    browser.press(Keys.ARROW_DOWN)
    down = browser.run(place)
    name = browser.one("#map-detail h3").text
    browser.press(Keys.ENTER)
    browser.until(lambda: browser.heading == name)

    assert right[0] == start[0]
    assert right[1] > start[1]
    assert down[0] > right[0]
    assert len(browser.all(".tile[tabindex='0']")) == 1


def test_a_commune_says_why_and_leads_to_the_next(browser: Browser, province: Path) -> None:
    browser.open(province, "#/commune/26368/CN-02")

    assert browser.heading == "Phường Long Thành"
    assert browser.one("#k-CN-02").is_displayed()
    assert browser.all("#commune-page .told .holds")
    assert len(browser.all("#commune-page .criterion")) == 16
    browser.open(province, "#/commune/26368")
    browser.one("#commune-page a[rel='next']").click()
    browser.until(lambda: browser.heading != "Phường Long Thành")
    browser.one("#commune-page a[rel='prev']").click()
    browser.until(lambda: browser.heading == "Phường Long Thành")


def test_a_commune_that_is_not_there_is_said(browser: Browser, province: Path) -> None:
    browser.open(province, "#/commune/99999")

    assert browser.one("#h-commune").text
    assert browser.all("#commune-page a")


@pytest.mark.parametrize(
    "where", ["#%E0%A4%A", "#matrix?sort=x&rating=y&class=z", "#/", "#nothing"]
)
def test_an_address_nobody_made_shows_a_view(browser: Browser, province: Path, where: str) -> None:
    browser.open(province, where)

    assert browser.heading in ("Tổng hợp", "Ma trận")


def test_letters_grow_for_a_projector(browser: Browser, province: Path) -> None:
    browser.open(province)
    size = "return parseFloat(getComputedStyle(document.body).fontSize)"
    usual = browser.run(size)

    browser.one("#larger").click()
    larger = browser.run(size)
    browser.one("#usual").click()
    browser.one("#projector").click()
    projected = browser.run(size)

    assert usual < larger < projected
    assert browser.one("#projector").get_attribute("aria-pressed") == "true"
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")


def test_copying_says_that_it_is_done(browser: Browser, province: Path) -> None:
    browser.open(province)

    browser.one("#copy").click()
    browser.until(lambda: browser.one("#live").get_attribute("textContent"))


@pytest.mark.parametrize("width", [400, 1366, 1920])
@pytest.mark.parametrize(
    "where", ["", "#map", "#matrix", "#costs", "#tasks", "#quality", "#/commune/26368"]
)
def test_no_view_is_wider_than_the_screen(
    browser: Browser, province: Path, where: str, width: int
) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    browser.open(province, where)

    assert browser.run("return document.documentElement.scrollWidth") <= width
    browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def pages_printed(browser: Browser) -> int:
    printed = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pages = base64.b64decode(printed["data"])
    assert pages.startswith(b"%PDF")
    return len(re.findall(rb"/Type\s*/Page\b", pages))


@pytest.fixture
def paper(browser: Browser) -> Iterator[Browser]:
    """A browser that shows what it would print."""
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    yield browser
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("where", ["", "#map", "#matrix?class=red", "#tasks", "#quality"])
def test_the_whole_report_prints_whatever_is_shown(
    paper: Browser, planned: Path, where: str
) -> None:
    paper.open(planned, where)
    pages = pages_printed(paper)

    assert paper.heading.split("|") == [
        "Tổng hợp", "Bản đồ", "Ma trận", "Kinh phí khắc phục", "Giao nhiệm vụ", "Chất lượng dữ liệu"
    ]  # fmt: skip
    assert len(tasks_shown(paper)) == 60
    assert 10 <= pages <= 20


def test_the_page_of_a_commune_prints_alone(paper: Browser, province: Path) -> None:
    paper.open(province, "#/commune/26368")

    assert paper.heading == "Phường Long Thành"
    assert 1 <= pages_printed(paper) <= 4


def test_the_heads_of_the_matrix_print_on_every_page(paper: Browser, province: Path) -> None:
    """A box of its own in a head, such as a button, is drawn on the first page only."""
    paper.open(province, "#matrix")
    script = (
        "return Array.from(document.querySelectorAll('#matrix-table thead button'))"
        ".map(button => getComputedStyle(button).display)"
    )

    assert set(paper.run(script)) == {"contents"}


def test_what_changed_can_be_read(browser: Browser, changed: Path) -> None:
    browser.open(changed, "#changes")

    browser.one(".changed summary").click()

    assert "EQ-01" in browser.one(".changed details").text
    browser.one(".changed details a").click()
    browser.until(lambda: browser.one("#commune-page").text)
    assert "Đợt trước" in browser.one("#commune-page").text


def test_summary_and_matrix_are_there_without_the_script(browser: Browser, province: Path) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(province)

        assert browser.one("#sentence").is_displayed()
        assert browser.one("#matrix-table tbody tr:last-child").is_displayed()
        assert browser.one(".tile").is_displayed()
        assert not browser.one(".tools").is_displayed()
        assert not browser.one("#filters").is_displayed()
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_many_communes_are_shown_step_by_step(browser: Browser, tmp_path: Path) -> None:
    communes = [*communes_of("75"), *communes_of("01"), *communes_of("79")]
    path = tmp_path / "many.html"
    write_dashboard(Report(make_matrix(held=make_round(communes=communes))), path, MADE)
    browser.open(path, "#matrix")
    first = len(browser.rows)

    browser.run("document.getElementById('f-more').click()")

    assert first == 200
    assert len(browser.rows) == min(400, len(communes))
    assert str(len(communes)) in browser.one("#f-count").text


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_a_nasty_text_stays_a_text_in_the_browser(
    browser: Browser, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "nasty.html"
    write_dashboard(nasty_report(text), path, MADE)

    browser.open(path)
    for where in ("#map", "#matrix", "#costs", "#/commune/26368/EQ-01"):
        browser.run("location.hash = arguments[0]", where)
    browser.until(lambda: browser.all("#commune-page .told"))

    assert browser.run("return document.querySelectorAll('img, iframe').length") == 0
    script = "return document.querySelector('#matrix-table tbody a').textContent"
    assert browser.run(script) == clean(text)
    assert browser.run("return document.getElementById('h-commune').textContent") == clean(text)
    notes = browser.run(
        "return Array.from(document.querySelectorAll('.told .note')).map(n => n.textContent)"
    )
    assert len(notes) == 1
    assert notes[0].endswith(f": {clean(text)}")


def test_a_conflict_and_a_rating_by_hand_are_told(browser: Browser, changed: Path) -> None:
    choose("en")
    matrix = compared().matrix
    conflicted, overridden = matrix.rows[3].commune, matrix.rows[4].commune
    assert matrix.rows[3].conflicted
    assert make_checklist(matrix.round, overridden).commune == overridden

    browser.open(changed, f"#/commune/{conflicted.code}/CN-02")
    assert browser.all(".told .warning")
    browser.open(changed, f"#/commune/{overridden.code}/VC-04")
    assert "Đoàn đã xem lại tại chỗ" in browser.one(".told .stated").text
