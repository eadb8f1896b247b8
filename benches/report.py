#!/usr/bin/env python3
"""How long Chromium takes to open the page of `ratewright report` for 400 rules, 60 clusters, 400 days and 10^6 cases.

    benches/report.py            makes the files (some minutes), writes the page, opens it seven times
    benches/report.py PAGE       opens a page that is there

Headless Chromium (`apt-get install chromium`) is told what to do through its pipe. Each time counts from the beginning of the navigation until
all is loaded, laid out and drawn (two frames after the load event), in a fresh tab of a process that runs. Nothing but Python's own library.
"""

import json, os, statistics, subprocess, sys, tempfile, time

RUNS = 7
DRAWN = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(performance.now()))))"


def page_of(folder):
    environment = dict(os.environ, RATEWRIGHT_LARGE_REPORT=folder)
    test = ["cargo", "test", "--quiet", "--release", "-p", "ratewright-cli", "--test", "command", "--", "the_files_that_are_measured"]
    subprocess.run(test, check=True, env=environment, stdout=subprocess.DEVNULL)
    subprocess.run(["cargo", "build", "--quiet", "--release", "-p", "ratewright-cli"], check=True)
    named = lambda name: os.path.join(folder, name)
    report = ["target/release/ratewright", "report", "--rules", named("large.rules"), "--evidence", named("large.evidence")]
    begin = time.monotonic()
    subprocess.run(report + ["--findings", named("large.findings"), "--output", named("report.html")])
    sizes = ", ".join(f"{name} {os.path.getsize(named(name)) / 1e6:.1f} MB" for name in ["large.evidence", "large.findings", "report.html"])
    print(f"written in {time.monotonic() - begin:.1f} s: {sizes}")
    return named("report.html")


class Chromium:
    def __init__(self, profile):
        to_read, self.out = os.pipe()
        self.answers, to_write = os.pipe()

        def hand_over():
            # Chromium reads from descriptor 3 and writes to 4; neither may be one of those that are moved.
            read, write = os.dup2(to_read, 50), os.dup2(to_write, 51)
            os.dup2(read, 3), os.dup2(write, 4)

        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900", f"--user-data-dir={profile}"]
        self.process = subprocess.Popen(
            ["chromium", *flags, "--remote-debugging-pipe", "about:blank"],
            preexec_fn=hand_over, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(to_read), os.close(to_write)
        self.buffer, self.number, self.events = b"", 0, []

    def message(self):
        while b"\0" not in self.buffer:
            more = os.read(self.answers, 1 << 16)
            if not more:
                sys.exit("chromium has ended")
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method, session):
        while True:
            for event in self.events:
                if event.get("method") == method and event.get("sessionId") == session:
                    self.events.remove(event)
                    return
            self.events.append(self.message())

    def opened(self, address):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable", session)
        self.events.clear()
        self.call("Page.navigate", session, url=address)
        self.wait_for("Page.loadEventFired", session)
        drawn = self.call("Runtime.evaluate", session, expression=DRAWN, awaitPromise=True)["result"]["value"]
        self.call("Target.closeTarget", targetId=target)
        return drawn


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else page_of(folder)
        load = open("/proc/loadavg").read().split()[0]
        chromium = Chromium(os.path.join(folder, "profile"))
        version = chromium.call("Browser.getVersion")["product"]
        times = [chromium.opened("file://" + page) for _ in range(RUNS)]
        chromium.call("Browser.close")
        chromium.process.wait()
        print(
            f"{version}, load {load}: {os.path.getsize(page) / 1e6:.1f} MB open in {statistics.median(times):.0f} ms (median of {RUNS}; "
            f"first {times[0]:.0f}, least {min(times):.0f}, most {max(times):.0f})"
        )


main()
