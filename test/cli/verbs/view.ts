import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { browserOn, CHROMIUM } from "../../support/labHost/browser";
import type { VerbTests } from "../../support/suites/cliLab";
import { needs } from "../../support/suites/needs";
import { until } from "../../support/suites/until";

const NOBODY = 65534;

export const view: VerbTests = (lab) => {
  let running: ReturnType<ReturnType<typeof lab>["host"]["spawn"]>;
  let printed = "";
  let warned = "";
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  before(needs("tcpdump", "capinfos", CHROMIUM));
  before(async () => {
    const { host, stack, env } = lab();
    running = host.spawn(["bash", "-c", "exec netns view"], { cwd: stack.folder, env, timeoutMs: 100_000 });
    running.stdout.on("data", (text) => (printed += text));
    running.stderr.on("data", (text) => (warned += text));
    await until("the address", () => /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/\n/.test(printed));
    browser = await browserOn(host, stack.folder);
    page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(address());
  });
  after(async () => {
    await browser?.close();
    running?.kill("SIGKILL");
  });

  const address = () => printed.trim();
  const port = () => new URL(address()).port;
  const token = () => new URL(address()).pathname.slice(1, -1);
  const open = (tab: string) => page.getByRole("tab", { name: tab }).click();
  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const cable = 'g[data-cable*="left/eth0"]';

  it("ends at once where the port is in use, and says what to do", async () => {
    const { exitCode, stderr } = await lab().type(`netns view --port ${port()}`);
    assert.equal(exitCode, 3);
    assert.match(stderr, /^error: could not listen on port \d+\n {2}listen EADDRINUSE: .*\n {2}Choose another port/);
  });

  it("draws the lab, and says that it is as in the stack", async () => {
    await shows("as in the stack");
    assert.equal(await page.locator("g.host").count(), 3);
    assert.equal(await page.locator("g[data-cable]").count(), 2);
  });

  it("shows what goes over a cable as it goes, and its frames in the words of tcpdump, to be saved", async () => {
    await page.locator(`${cable} path.hit`).click({ force: true });
    await shows("listening");
    const { host, stack, env } = lab();
    const pings = host.spawn(["bash", "-c", "exec netns exec left -- ping -i 0.2 -s 1000 10.3.2.2"], {
      ...{ cwd: stack.folder, env, timeoutMs: 60_000 },
    });
    await page.locator("table.frames td", { hasText: "IP 10.3.1.2 > 10.3.2.2: ICMP echo request" }).first().waitFor();
    await page.locator(`${cable} text.rate`, { hasText: /\d+ k?B\/s/ }).waitFor();
    pings.kill("SIGKILL");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("save pcapng").click()]);
    const infos = (await lab().type(`capinfos -M ${await download.path()}`)).stdout;
    assert.match(infos, /Name = left\/eth0[\s\S]*Name = router\/to-left/);
  });

  it("shows all of a host: addresses, routes, neighbours, sysctls, processes", async () => {
    const { host, stack, env } = lab();
    const there = host.spawn(["bash", "-c", "exec netns exec router sleep 97"], { cwd: stack.folder, env });
    await page.locator('g.host[data-host="router"] > text.title').click();
    for (const text of ["10.3.1.1/24", "blackhole", "REACHABLE", "net.ipv4.ip_forward", "sleep 97"]) await shows(text);
    there.kill("SIGKILL");
  });

  it("has each host ping each other one", async () => {
    await open("Pings");
    await page.getByRole("button", { name: "ping all" }).click();
    await shows("6 of 6 were answered");
  });

  it("shows what is otherwise than the stack says, in colour, and when that is over", async () => {
    await open("Drift");
    const { host } = lab();
    const forward = (value: number) => `ip netns exec router sysctl -qw net.ipv4.ip_forward=${value}`;
    await host.run(["sh", "-c", `${forward(0)}; ip -n right link add d0 type veth peer name d1`]);
    await shows('Sysctl forwarding: value is "0" instead of "1"');
    await shows(/not in the stack: the veth pair right\/d[01]/);
    await page.locator('.device.off.added[data-host="right"][data-device="d0"]').waitFor();
    await host.run(["sh", "-c", `${forward(1)}; ip -n right link del d0`]);
    await shows("The lab is as in the stack.");
  });

  it("is read and told by nobody else: wrong tokens, other names, other pages, other users", async () => {
    const asked = async (url: string, ...headers: string[]) => {
      const words = headers.flatMap((header) => ["-H", `'${header}'`]).join(" ");
      return (await lab().type(`node -e '${GET}' '${url}' ${words}`)).stdout;
    };
    const events = `${address()}tables?host=left`;
    assert.match(await asked(events), /^200 .*10\.3\.1\.2/);
    const wrong = address().replace(token(), `${token().slice(0, -1)}${token().endsWith("A") ? "B" : "A"}`);
    for (const url of [wrong, `http://127.0.0.1:${port()}/`, `http://127.0.0.1:${port()}//`]) {
      assert.equal(await asked(url), "403 ");
    }
    assert.equal(await asked(events, `Host: evil.example:${port()}`), "403 ");
    assert.equal(await asked(events, "Origin: http://evil.example"), "403 ");
    assert.equal(await asked(events, "Origin: null"), "403 ");
    assert.equal(await asked(events, "Sec-Fetch-Site: cross-site"), "403 ");
    const nobody = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups -- node -e '${GET}' '${events}'`;
    assert.equal((await lab().type(nobody)).stdout, "ECONNRESET");
    assert.match(warned, /netns view has turned away a process of uid 65534/);
  });

  it("is read by no page of another origin in the same browser, which knows its address", async () => {
    const other = await browser.newPage();
    await other.route("http://evil.example/", (route) => route.fulfill({ contentType: "text/html", body: "<p>evil" }));
    await other.goto("http://evil.example/");
    // As text, for tsx would put helpers into it that no page has.
    const get = (mode: string) => `fetch(${JSON.stringify(`${address()}tables?host=left`)}, { mode: "${mode}" })`;
    assert.match(await other.evaluate(`${get("cors")}.then((got) => got.text(), String)`), /^TypeError/);
    const opaque = `${get("no-cors")}.then(async (got) => [got.type, await got.text()].join(), String)`;
    assert.match(await other.evaluate(opaque), /^(TypeError.*|opaque,)$/);
    await other.close();
  });

  it("has said nothing wrong in all this, and ends by Ctrl-C with nothing left", async () => {
    assert.deepEqual(errors, []);
    const html = await readFile(require.resolve("../../../dist/cli/view.html"), "utf8");
    assert.doesNotMatch(html, /(src|href)="(?!data:)/);
    if (process.env.NETNS_SCREENSHOT) await page.screenshot({ path: process.env.NETNS_SCREENSHOT });
    running.kill("SIGINT");
    assert.equal((await running).exitCode, 0);
  });
};

/** Asks as a program does, with any headers, and prints what it gets. */
const GET = `
  const [url, ...words] = process.argv.slice(1);
  const headers = Object.fromEntries(words.filter((word) => word !== "-H").map((word) => word.split(": ")));
  require("http").get(url, { headers, agent: false }, (response) => {
    let text = "";
    response.on("data", (data) => (text += data)).on("end", () => process.stdout.write(response.statusCode + " " + text));
  }).on("error", ({ code }) => process.stdout.write(code));`;
