"""The demo's page in a real browser: the loop played by hand, on three phones side by side and on one narrow phone."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.machine import find_chromium, missing
from tests.processes import BOT, Process, until

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 15_000
RIDER, OFFICER, BYSTANDER = 1001, 1022, 1003
GROUP, OFFICE = -1002610199001, -1002610199102
HOLE, LAMP = "团结西路印刷技校门口，路面有一处塌陷", "团结西路30号路灯不亮"
MARKUP = '<b>急</b><img src="https://elsewhere.example/x" onerror="console.error(1)">'
NUMBER = re.compile(r"#LH\d{10}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        missing("Chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The town's page; after the browser, so that none is begun where there is no browser."""
    folder = tmp_path_factory.mktemp("demo")
    with Process(folder, [*BOT, "demo", "--port", "0", "--data", "town"]).start() as demo:
        words = until(lambda: [word for word in demo.first_line().split() if word.startswith("http://")], "its address")
        yield words[0]
        assert demo.stop() == 0


class Visit:
    """The page opened in a window of its own; notes whatever a page of ours must not do."""

    def __init__(self, browser: Browser, address: str, width: int, height: int) -> None:
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 740)
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self.wrongs: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda line: self.wrongs.append(f"{line.type}: {line.text}"))
        self.page.on("pageerror", lambda error: self.wrongs.append(f"thrown: {error}"))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.goto(address)

    def phone(self, number: int) -> "Phone":
        return Phone(self.page.get_by_test_id(f"phone-{number}"))

    def leave(self, address: str) -> None:
        self.page.context.close()
        assert self.wrongs == []
        assert self.hosts == {urlsplit(address).netloc}, "the page asks nobody but its own town"


class Phone:
    """One phone of the page, and what a hand does with it."""

    def __init__(self, node: Locator) -> None:
        self.node = node

    def see(self, hook: str) -> Locator:
        return self.node.get_by_test_id(hook)

    def bubbles(self, words: str | re.Pattern[str]) -> Locator:
        return self.see("bubble").filter(has_text=words)

    def answer_to(self, words: str) -> Locator:
        """The ticket's card: the first of the bot's messages with a number that answers these words."""
        return self.bubbles(NUMBER).filter(has=self.node.page.locator(".quote", has_text=words)).first

    def goes_to(self, person: int, chat: int) -> None:
        self.see("who").click()
        self.see(f"person-{person}").click()
        self.see(f"chat-{chat}").click()

    def sends(self, sample: str, words: str) -> None:
        self.see("photo").click()
        self.see(f"sample-{sample}").click()
        self.see("composer-text").fill(words)
        self.see("send").click()
        expect(self.bubbles(words).last).to_be_visible()

    def answers(self, bubble: Locator, sample: str, words: str) -> None:
        bubble.get_by_test_id("more").click()
        self.see("reply").click()
        self.sends(sample, words)

    def presses(self, label: str) -> None:
        self.see("button").filter(has_text=re.compile(f"^{label}$")).last.click()


def number_on(card: Locator) -> str:
    expect(card).to_have_text(NUMBER)
    found = NUMBER.search(card.inner_text())
    assert found
    return found[0]


def is_drawn(picture: Locator) -> bool:
    expect(picture).to_have_js_property("complete", True)
    width: int = picture.evaluate("picture => picture.naturalWidth")
    return width > 0


def test_the_loop_is_played_on_three_phones(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, 1440, 900)
    rider, officer, leader = (visit.phone(number) for number in (1, 2, 3))
    expect(leader.see("who")).to_contain_text("乔岚")

    rider.sends("hole", HOLE + MARKUP)
    card = rider.answer_to(HOLE)
    number = number_on(card)
    expect(card).to_contain_text("已派遣")

    job = officer.bubbles(number).first  # the second phone goes by itself to where the work is
    expect(job).to_contain_text(MARKUP)  # shown as it was written; what would run it is caught by leave()
    assert is_drawn(job.locator("img"))
    officer.presses("接单")
    expect(officer.see("toast")).to_contain_text(number)
    expect(job).to_contain_text("处置中")
    expect(card).to_contain_text("处置中")

    officer.answers(job, "mended", "完成")
    fix = rider.bubbles(number).nth(1)
    expect(fix).to_contain_text("处理好了")
    assert is_drawn(fix.locator(".picture img"))

    rider.presses("已解决")
    expect(card).to_contain_text("已结案")
    expect(job).to_contain_text("已结案")
    visit.leave(address)


def test_the_loop_is_played_on_one_narrow_phone(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, 360, 740)
    phone = visit.phone(1)
    expect(phone.see("composer-text")).to_be_visible()
    expect(visit.page.get_by_test_id("phone-2")).to_have_count(0)

    phone.sends("lamp_before", LAMP)
    number = number_on(phone.answer_to(LAMP))

    phone.goes_to(OFFICER, OFFICE)
    phone.presses("接单")
    job = phone.bubbles(number).first
    expect(job).to_contain_text("处置中")
    phone.answers(job, "lamp_after", "亮了")

    phone.goes_to(BYSTANDER, GROUP)
    expect(phone.bubbles(number).filter(has_text="处理好了")).to_be_visible()
    phone.presses("已解决")
    expect(phone.see("alert")).to_contain_text(number)  # a refusal: only who reported it may say so
    visit.page.keyboard.press("Escape")
    expect(phone.see("alert")).to_have_count(0)

    phone.goes_to(RIDER, GROUP)
    phone.presses("已解决")
    expect(phone.answer_to(LAMP)).to_contain_text("已结案")
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    assert width == 360, "nothing sticks out at the side"
    visit.leave(address)
