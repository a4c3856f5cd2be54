"""The panel in a real Chromium, fed by panel_feed.py."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from panel_feed import Feed, make_app
from playwright.sync_api import Browser, BrowserContext, Page, expect
from waiting import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # uvicorn's and Gradio's own
]

FAKE, REAL = (213, 94, 0), (0, 114, 178)
DASH = "\N{EN DASH}"
PATIENCE = 60_000  # ms: far more than needed, for computers that do a lot beside

expect.set_options(timeout=PATIENCE)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def feed() -> Feed:
    return Feed(interval=0.04)


@pytest.fixture(scope="module")
def address(feed: Feed) -> Iterator[str]:
    import uvicorn

    door = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(feed), log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    until(lambda: server.started, "the server starts")
    yield f"http://127.0.0.1:{door.getsockname()[1]}"
    server.should_exit = True
    thread.join(5)
    door.close()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests, so that Gradio's files are fetched once."""
    window = browser.new_context()
    window.set_default_timeout(PATIENCE)
    yield window
    window.close()


@pytest.fixture
def open_page(window: BrowserContext, address: str) -> Iterator[Open]:
    """Opens a run in a tab of its own; at the end no page may have failed or asked the internet for anything."""
    troubles: list[str] = []
    pages: list[Page] = []

    def open_page(run: str, *, width: int = 1280, theme: str = "light") -> Page:
        page = window.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 844})
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: None if is_ours(request.url, address) else troubles.append(request.url))
        page.goto(f"{address}/?run={run}&__theme={theme}")
        return page

    yield open_page
    for page in pages:
        page.close()
    assert troubles == []


def is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def paints(page: Page, more: int) -> None:
    page.evaluate("window.__from = window.__paints ?? 0")
    page.wait_for_function(f"window.__paints >= window.__from + {more}")


def redraws(page: Page, chart: str, more: int) -> None:
    plot = f"document.querySelector('#stage .{chart} .plot')"
    page.wait_for_function(f"Number({plot}?.dataset.drawn) > 0")
    page.evaluate(f"window.__drawn = Number({plot}.dataset.drawn)")
    page.wait_for_function(f"Number({plot}.dataset.drawn) >= window.__drawn + {more}")


def pixels(page: Page, colour: tuple[int, int, int]) -> int:
    """How many pixels of the stage have this colour."""
    count = """([r, g, b]) => { const c = document.querySelector('#stage .view canvas');
      const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
      for (let i = 0; i < d.length; i += 4)
        if (Math.abs(d[i] - r) + Math.abs(d[i + 1] - g) + Math.abs(d[i + 2] - b) < 24) n++;
      return n; }"""
    return int(page.evaluate(count, list(colour)))


def hide(page: Page, hidden: bool) -> None:
    """As if another tab were in front."""
    page.evaluate(f"""Object.defineProperty(document, 'hidden', {{value: {str(hidden).lower()}, configurable: true}});
      document.dispatchEvent(new Event('visibilitychange'))""")


@pytest.mark.parametrize("run", ["ring", "line", "sheet", "pairs"])
def test_the_stage_repaints_while_a_run_plays(run: str, open_page: Open) -> None:
    page = open_page(run)
    paints(page, 12)
    expect(page.locator("#stage .state")).to_have_text("playing")
    label = page.locator("#stage canvas[role=img]").get_attribute("aria-label") or ""
    assert "fake" in label


def test_beside_another_run_only_the_first_sheet_is_shown(open_page: Open) -> None:
    page = open_page("pairs")
    canvas = page.locator("#stage canvas[role=img]")
    expect(canvas).to_have_attribute("aria-label", re.compile("pictures.*; .*pictures"))
    page.evaluate("document.querySelector('#stage .play').dataset.scenes = '2'")
    expect(canvas).not_to_have_attribute("aria-label", re.compile("pictures.*; .*pictures"), timeout=30_000)


def test_a_zoom_survives_ten_redraws_in_the_same_element(open_page: Open) -> None:
    page = open_page("ring")
    redraws(page, "readings", 1)
    page.evaluate("""window.__plot = document.querySelector('#stage .readings .plot');
      Plotly.relayout(window.__plot, {'xaxis.range': [100, 300], 'yaxis.range': [0.25, 1.25]})""")
    redraws(page, "readings", 10)
    same = "window.__plot === document.querySelector('#stage .readings .plot')"
    assert page.evaluate(same)
    ranges = page.evaluate("['xaxis', 'yaxis'].map((axis) => window.__plot.layout[axis].range)")
    assert ranges == [[100, 300], [0.25, 1.25]]


def test_a_hundred_messages_leave_no_nodes_behind(open_page: Open) -> None:
    page = open_page("line")
    redraws(page, "readings", 2)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def nodes() -> float:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "Nodes"))

    before = nodes()
    paints(page, 100)
    assert nodes() < 1.1 * before + 100


def test_the_words_of_the_legend_switch_layers(open_page: Open) -> None:
    page = open_page("ring")
    paints(page, 3)
    for word, colour in (("fake", FAKE), ("real", REAL)):
        button = page.get_by_role("button", name=word, exact=True)
        assert pixels(page, colour) > 300
        button.press("Enter")
        expect(button).to_have_attribute("aria-pressed", "false")
        paints(page, 2)
        assert pixels(page, colour) < 30
    belief = page.get_by_role("button", name=re.compile("belief"))
    belief.click()
    expect(page.locator("#stage .ramp")).to_be_hidden()


def test_what_cannot_be_computed_is_a_dash(open_page: Open) -> None:
    page = open_page("line")
    row = page.locator("#stage .numbers li", has_text="G grad")
    expect(row.locator("b")).to_have_text(DASH)
    expect(page.locator("#stage .numbers li", has_text="modes")).to_contain_text("/ 8")
    expect(page.locator("#stage")).not_to_contain_text("NaN")


def test_of_what_can_be_measured_the_first_is_shown(open_page: Open) -> None:
    page = open_page("sheet")  # of pictures whose modes nobody can name
    expect(page.locator("#stage .numbers li", has_text="modes").locator("b")).to_have_text(DASH)
    tabs = page.locator("#stage .checks .tabs")
    expect(tabs.get_by_role("button", name="Modes")).to_have_attribute("aria-pressed", "false")
    expect(tabs.get_by_role("button", name="Quality")).to_have_attribute("aria-pressed", "true")


def test_tabs_choose_the_lines_and_log_and_smoothing_apply_to_them(open_page: Open) -> None:
    page = open_page("line")
    chart = page.locator("#stage .readings")
    chart.get_by_role("button", name="Scores").click()
    expect(chart.locator(".key")).to_have_text("D(real)D(fake)")
    chart.get_by_role("button", name="Losses").click()
    page.get_by_role("button", name="log scale").click()
    axis = "document.querySelector('#stage .readings .plot')._fullLayout?.yaxis.type"
    page.wait_for_function(f"{axis} === 'log'")
    page.get_by_label("smoothing").fill("0.9")
    page.wait_for_function("document.querySelector('#stage .readings .plot').data?.length === 4")


def test_a_hidden_tab_does_not_listen(feed: Feed, open_page: Open) -> None:
    page = open_page("line")
    paints(page, 1)
    hide(page, True)
    until(lambda: feed.watchers["line"] == 0, "the hidden tab hangs up")
    hide(page, False)
    paints(page, 2)
    assert feed.watchers["line"] == 1


def test_a_broken_stream_is_opened_again(feed: Feed, open_page: Open) -> None:
    page = open_page("sheet")
    paints(page, 2)
    opened = feed.opened["sheet"]
    feed.cut("sheet")
    until(lambda: feed.opened["sheet"] > opened, "the page calls again")
    paints(page, 2)


def test_another_run_takes_the_panel_over(feed: Feed, open_page: Open) -> None:
    page = open_page("ring")
    paints(page, 1)
    page.locator("#other").click()
    expect(page.locator("#stage .view")).to_have_attribute("data-kind", "line")
    until(lambda: feed.watchers["ring"] == 0, "the stream of the first run is closed")
    assert feed.watchers["line"] == 1


def test_a_run_that_is_gone_and_one_that_failed_say_so(open_page: Open) -> None:
    gone = open_page("nosuch")
    expect(gone.get_by_role("status").filter(has_text="no longer here")).to_be_visible(timeout=PATIENCE)
    failed = open_page("failed")
    expect(failed.locator("#stage [role=alert]")).to_have_text("This network needs 9 GB; 4 GB are left.", timeout=PATIENCE)
    queued = open_page("queued")
    expect(queued.locator("#stage .hint")).to_have_text("Number 3 in the queue")


def test_a_symptom_is_a_card_whose_numbers_move_and_whose_cure_is_one_press(open_page: Open) -> None:
    page = open_page("sick")
    health, marks = page.locator("#stage .health"), page.locator("#stage .marks button")
    card = health.locator(".ailment", has_text="Mode collapse")
    expect(card.locator("small")).to_have_text("since round 1,200")
    spoken = health.get_by_role("status")
    expect(spoken).to_contain_text("Mode collapse, since round 1,200. G makes ")
    expect(health.locator(".over")).to_have_text("Cycling, rounds 900\N{EN DASH}2,300")
    expect(health.locator(".calm")).to_be_empty()
    page.evaluate("document.querySelector('#stage .ailment').kept = true")
    before, said = card.locator(".seen").inner_text(), spoken.inner_text()
    expect(card.locator(".seen")).not_to_have_text(before)  # the numbers have moved
    assert page.evaluate("document.querySelector('#stage .ailment').kept")  # in the same card
    assert spoken.inner_text() == said  # and nobody is told twice
    card.get_by_text("Why", exact=True).click()
    expect(card).to_contain_text("never whether all kinds are there")
    expect(marks).to_have_count(2)
    page.get_by_role("button", name="Mode collapse began at round 1,200").press("Enter")
    expect(page.locator("#stage .timeline output")).to_have_text("round 1,200")
    card.get_by_role("button", name="R3GAN").click()
    expect(page.locator("#cured textarea, #cured input")).to_have_value("sick 1abc")


def test_the_card_of_what_is_over_stays_a_moment_and_where_nothing_is_wrong_that_is_said(modules: Page) -> None:
    said = modules.evaluate("""async () => {
      const { Health } = await import('/static/health.js');
      const root = document.querySelector('.health'), health = new Health(root, () => {});
      const symptoms = { cycling: { title: 'Cycling', why: 'They chase each other.', cures: [] } };
      const scene = { run: 'a', known: { round: 1500, health: [], past: [], symptoms } };
      const now = performance.now(), said = [];
      const look = (known, ms) => {
        Object.assign(scene.known, known);
        performance.now = () => now + ms;
        health.show([scene]);
        said.push([root.hidden, ...['.calm', '.ailment small', '.over'].map((place) => root.querySelector(place)?.textContent)]);
      };
      look({}, 0);
      look({ health: [{ symptom: 'cycling', began: 900, seen: '9 times.' }] }, 100);
      look({ health: [], past: [{ symptom: 'cycling', began: 900, ended: 1400 }] }, 200);
      look({ round: 2000 }, 9000);
      return said;
    }""")
    over = "rounds 900\N{EN DASH}1,400"
    assert said == [
        [True, "", None, ""],  # too early to say anything
        [False, "", "since round 900", ""],
        [False, "", over, ""],
        [False, "Nothing seems wrong.", None, f"Cycling, {over}"],
    ]


def test_the_card_of_what_is_over_goes_also_where_a_paused_run_says_nothing_more(modules: Page) -> None:
    modules.evaluate("""async () => {
      const { Health } = await import('/static/health.js');
      const health = new Health(document.querySelector('.health'), () => {});
      const symptoms = { cycling: { title: 'Cycling', why: 'They chase each other.', cures: [] } };
      const known = { round: 1500, health: [{ symptom: 'cycling', began: 900, seen: '9 times.' }], past: [], symptoms };
      const scene = { run: 'a', known }, now = performance.now();
      health.show([scene]);
      Object.assign(known, { health: [], past: [{ symptom: 'cycling', began: 900, ended: 1400 }] });
      health.show([scene]);
      performance.now = () => now + 9000;
      window.health = health;
    }""")
    card = modules.locator(".health .ailment")
    expect(card).to_have_class(re.compile("gone"))
    expect(card).to_have_count(0)
    assert modules.evaluate("health.alive.size") == 0


def test_while_nothing_new_is_wrong_nobody_looks_for_it(open_page: Open) -> None:
    page = open_page("line")
    paints(page, 3)
    looked = """async () => {
      const { Health } = await import('/static/health.js'), show = Health.prototype.show;
      window.looked = [];
      Health.prototype.show = function (scenes) { window.looked.push(scenes[0].known.round); show.call(this, scenes); };
    }"""
    page.evaluate(looked)
    paints(page, 30)
    assert len(page.evaluate("window.looked")) < 10  # at key frames


def test_a_mark_stands_where_the_slider_does_at_that_round(modules: Page) -> None:
    places = modules.evaluate("""async () => {
      const { place } = await import('/static/marks.js');
      return [0, 100, 150, 200, 400, 900].map((round) => place([0, 100, 200, 400], round));
    }""")
    assert places == [0, 0.25, 0.375, 0.5, 0.75, 0.875]  # four key frames and the present


def test_the_space_bar_plays_but_not_while_typing(open_page: Open) -> None:
    page = open_page("line")
    paints(page, 1)
    expect(page.locator("#play")).to_have_attribute("title", "Play or pause (space bar)")
    page.locator("#name input, #name textarea").press("Space")
    page.locator("#stage .head").click()
    page.keyboard.press("Space")
    expect(page.locator("#pressed input")).to_have_value("1")


def test_python_hears_of_a_new_state(open_page: Open) -> None:
    page = open_page("line")
    expect(page.locator("#state textarea, #state input")).to_have_value("playing")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_fits_a_phone(theme: str, open_page: Open) -> None:
    page = open_page("ring", width=390, theme=theme)
    paints(page, 2)
    redraws(page, "checks", 1)
    wide: Any = page.evaluate("""[...document.querySelectorAll('#stage *')].filter((e) => !e.closest('.plot'))
      .filter((e) => e.getBoundingClientRect().right > 390).map((e) => e.className)""")
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.body.classList.contains('dark')") == (theme == "dark")


@pytest.fixture
def modules(window: BrowserContext, address: str) -> Iterator[Page]:
    """A page without Gradio, for the panel's modules alone."""
    page = window.new_page()
    page.goto(f"{address}/static/panel.html")
    yield page
    page.close()


def test_a_thinned_line_keeps_its_spikes_and_its_gaps(modules: Page) -> None:
    thinned: Any = modules.evaluate("""async () => {
      const { thin } = await import('/static/thin.js');
      const x = Float32Array.from({ length: 10000 }, (_, i) => i), y = x.map((i) => Math.sin(i / 900));
      y[4321] = 7; y[8765] = -7; y.fill(NaN, 6000, 6500);
      const [tx, ty] = thin(x, y, 600);
      return { n: tx.length, top: tx[ty.indexOf(7)], low: tx[ty.indexOf(-7)], gaps: ty.some(Number.isNaN) };
    }""")
    assert thinned["n"] <= 600
    assert (thinned["top"], thinned["low"], thinned["gaps"]) == (4321, 8765, True)


def test_a_history_is_bounded_and_forgets_no_spike(modules: Page) -> None:
    history: Any = modules.evaluate("""async () => {
      const { History } = await import('/static/history.js');
      const history = new History();
      history.name(['a', 'b']);
      for (let i = 0; i < 50000; i++) history.append(Float32Array.of(i, i === 777 ? 9 : 0, i));
      const [a, b] = [history.line(0), history.line(1)];
      return { rows: history.length, spike: Math.max(...a), first: b[0], last: history.latest(1),
        rising: history.rounds.subarray(0, history.length).every((x, i, all) => i === 0 || x > all[i - 1]) };
    }""")
    assert history["rows"] <= 12_000
    assert (history["spike"], history["first"], history["last"], history["rising"]) == (9, 0, 49_999, True)


def test_numbers_are_written_as_people_read_them(modules: Page) -> None:
    written = modules.evaluate("""async () => {
      const { number } = await import('/static/words.js');
      return [0, 0.693147, -2.5, 0.0123, 12.34, 345.6, 12345, 0.00001, null, NaN, Infinity].map(number);
    }""")
    minus = "\N{MINUS SIGN}"
    numbers = ["0", "0.69", f"{minus}2.50", "0.012", "12.3", "346", "12,345", f"1.0e{minus}5"]
    assert written == [*numbers, DASH, DASH, DASH]
