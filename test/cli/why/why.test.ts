import assert from "node:assert/strict";
import path from "node:path";
import type { Finding, Question } from "../../../provider/why/question";
import { LabHost } from "../../support/labHost/labHost";
import { LabProcess } from "../../support/labHost/labProcess";
import { type Made, madeBy } from "../../support/programs/made";
import { TestProvider } from "../../support/provider/testProvider";
import { needs, skipThis } from "../../support/suites/needs";
import { BREAKAGES, type Breakage } from "./cases";
import { OUR_OWN } from "./ourOwn";
import { FIREWALL_PROGRAM, PROGRAM } from "./program";
import type { WhyMethods } from "./whyServer";

/** A port of a bridge does so a moment after its cable has come up. */
const PORTS_FORWARD = "until: ! bridge -n switch link show | grep -v 'state forwarding'";
/** How what is to be typed begins. */
const COMMAND = /^(ip|bridge|tc|nft|sysctl|pulumi up)\b/;

describe("netns why", function () {
  this.timeout(120_000);
  let host: LabHost;
  let lab: Made;
  let asked: LabProcess;

  before("the lab is up", async function () {
    needs("root", "nsenter", "ip", "ping", "nft").call(this);
    host = await LabHost.start();
    lab = await madeBy(new TestProvider(host), PROGRAM + FIREWALL_PROGRAM);
    asked = await LabProcess.start(host, path.join(__dirname, "whyServer.ts"));
    await asked.call("use", lab.written);
  });

  for (const question of ["client server", "client server -6", "client guest", "peer client", "router server"]) {
    it(`says of a lab that is well that a packet gets there: ${question}`, async () => {
      const found = await ask(question);
      assert.match(found.sentence, /^\w+ reaches [0-9a-f.:]+: the answer came in [\d.]+ ms\.$/);
      assert.deepEqual([found.reaches, found.change], [true, undefined]);
      assert.ok(found.there.length > 0 && found.back.length > 0);
    });
  }

  for (const one of BREAKAGES) it(`tells that ${one.what}`, tells(one));
  for (const one of OUR_OWN) it(`tells, without a line that knows of such, that ${one.what}`, tells(one));

  it("finds all as it was", async () => {
    assert.deepEqual(await lab.changes(), []);
    assert.equal((await ask("client server")).reaches, true);
  });

  it("tells that a device is gone, and that a host is", async () => {
    await host.ip("-n guest link del eth0");
    const found = await ask("client guest", 300);
    assert.match(found.sentence, /the VethPair guest-cable of the stack is not there/);
    assert.equal(found.change?.resource, "guest-cable");
    await host.ip("netns del server");
    for (const question of ["client server", "server client"]) {
      const gone = await ask(question, 300);
      assert.match(gone.sentence, /^The host server is not there: the Namespace server of the stack is not there\.$/);
      assert.equal(gone.change?.resource, "server");
    }
  });

  after(async () => {
    await asked?.stop();
    await host?.stop();
  });

  function tells({ needs: [option, isThere] = ["", true], ...one }: Breakage) {
    return async function (this: Mocha.Context) {
      if (!isThere) skipThis(this, option);
      try {
        for (const line of one.break) await type(line);
        const found = await ask(one.ask, 300);
        const text = JSON.stringify(found, undefined, 2);
        assert.equal(found.reaches, false, text);
        assert.match(found.sentence, one.names, text);
        assert.match(found.change?.resource ?? "", new RegExp(`^${one.change ?? ""}$`), text);
        for (const line of found.change?.lines ?? []) assert.match(line, COMMAND, text);
        if (one.line) assert.match(found.change?.lines.join("\n") ?? "", one.line, text);
      } finally {
        for (const line of [...one.mend, PORTS_FORWARD]) await type(line);
      }
    };
  }

  /** Proxy ARP answers only after up to 0.8 s. */
  function ask(line: string, timeoutMs = 3000): Promise<Finding> {
    const words: Parameters<WhyMethods["ask"]> = [questionOf(line), timeoutMs];
    return asked.call("ask", ...words);
  }

  async function type(line: string): Promise<void> {
    const [, netns, command = line] = /^in (\w+): (.*)$/.exec(line) ?? [];
    const [, condition] = /^until: (.*)$/.exec(line) ?? [];
    const again = `for i in $(seq 100); do { ${condition}; } && exit; sleep 0.1; done; exit 1`;
    const door = netns === undefined ? [] : ["ip", "netns", "exec", netns];
    await host.run([...door, "sh", "-c", condition === undefined ? command : again]);
  }
});

/** As the verb reads it. */
function questionOf(line: string): Question {
  const [from = "", to = "", ...words] = line.split(" ");
  const after = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const [port, size, device] = ["--tcp", "--size", "-I"].map(after);
  return {
    ...{ from, to, protocol: port === undefined ? "icmp" : "tcp" },
    ...(port !== undefined && { port: Number(port) }),
    ...(size !== undefined && { size: Number(size) }),
    ...(words.includes("-6") && { family: "inet6" as const }),
    ...(device !== undefined && { device }),
  };
}
