import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { downloadEngine } from "../../../tools/download.mjs";
import { fakeRelease } from "./fakeEngine.js";
import { release, type Site, serve, sha256, sums, tarball, version } from "./fakeSite.js";
import { type Heard, listenToStderr } from "./stderr.js";

const shortMs = 100;
const longMs = 30_000;

describe("the download of Pulumi's release", () => {
  let scratch: string;
  let archive: Buffer;
  let bin: string;
  let site: Site | undefined;
  let heard: Heard;

  beforeEach(() => {
    heard = listenToStderr();
    scratch = mkdtempSync(path.join(os.tmpdir(), "netns-download-"));
    archive = readFileSync(fakeRelease(scratch, `v${version}`));
    bin = path.join(scratch, "engine", "bin");
  });

  afterEach(async () => {
    heard.stop();
    await site?.stop();
    site = undefined;
    rmSync(scratch, { recursive: true });
  });

  it("brings programs that run, and says what it takes from where", async () => {
    await downloadFrom(release({ archive }));
    assert.equal(execFileSync(path.join(bin, "pulumi"), ["version"], { encoding: "utf8" }), `v${version}\n`);
    assert.deepEqual(leftovers(), ["bin"]);
    assert.match(heard.text(), /^Downloading Pulumi 3\.250\.0 from http:.* \.\.\.\n.*: done in \d+\.\d s\n$/);
  });

  it("follows a redirect", async () => {
    const answer = release({ archive });
    await downloadFrom((request, response) => {
      if (request.url?.startsWith("/moved/")) {
        request.url = request.url.slice("/moved".length);
        answer(request, response);
      } else {
        response.writeHead(302, { location: `/moved${request.url}` }).end();
      }
    });
    assert.ok(existsSync(path.join(bin, "pulumi")));
  });

  it("does not follow redirects for ever", async () => {
    const round: RequestListener = (_, response) => response.writeHead(302, { location: "/round" }).end();
    await assert.rejects(downloadFrom(round), { message: /redirects to .*, which is not followed$/ });
  });

  it("refuses an archive whose checksum is not the published one, and leaves nothing behind", async () => {
    const published = "0".repeat(64);
    await assert.rejects(downloadFrom(release({ archive, published })), {
      message: new RegExp(`${tarball} has SHA-256 ${sha256(archive)}, but ${published} is published: it is not used`),
    });
    assert.deepEqual(leftovers(), []);
  });

  it("says so when the checksums lack the archive's name", async () => {
    const other = release({ archive, name: "other.tar.gz" });
    await assert.rejects(downloadFrom(other), { message: /holds no SHA-256 of pulumi-v/ });
  });

  it("names the status when a proxy forbids it", async () => {
    const forbid: RequestListener = (_, response) => response.writeHead(403).end();
    await assert.rejects(downloadFrom(forbid), { message: /checksums\.txt answered with status 403$/ });
  });

  it("takes a web page for no checksums", async () => {
    const page: RequestListener = (_, response) => response.end("<!doctype html><html>Please log in</html>");
    await assert.rejects(downloadFrom(page), { message: /holds no SHA-256 of .* but a web page$/ });
  });

  it("takes a web page for no archive", async () => {
    const body = (response: ServerResponse) => void response.end("<html></html>");
    await assert.rejects(downloadFrom(release({ archive, body })), { message: /it is not used$/ });
    assert.deepEqual(leftovers(), []);
  });

  it("says at once that a connection is refused", async () => {
    const gone = await serve(() => {});
    await gone.stop();
    await assert.rejects(download(gone.url), { message: /ECONNREFUSED/ });
  });

  it("gives up on a server that accepts and never answers", async () => {
    const silent = downloadFrom(() => {}, shortMs);
    await assert.rejects(silent, { message: /checksums\.txt did not answer within 0\.1 s$/ });
  });

  it("gives up on a body that stops coming, and leaves nothing behind", async () => {
    const body = (response: ServerResponse) => void response.write(archive.subarray(0, 40));
    const stalled = downloadFrom(release({ archive, body }), shortMs);
    await assert.rejects(stalled, { message: /linux-x64\.tar\.gz sent nothing for 0\.1 s$/ });
    assert.deepEqual(leftovers(), []);
  });

  it("says that a body broke off, and leaves nothing behind", async () => {
    const body = (response: ServerResponse) => {
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 40), () => response.destroy());
    };
    const truncated = downloadFrom(release({ archive, body }));
    await assert.rejects(truncated, { message: /linux-x64\.tar\.gz broke off half way$/ });
    assert.deepEqual(leftovers(), []);
  });

  it("asks the proxy that the environment names", async () => {
    const asked: (string | undefined)[] = [];
    site = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(407).end();
    });
    const env = { NETNS_ENGINE_URL: "http://mirror.example/sdk", http_proxy: site.url };
    await assert.rejects(downloadEngine({ ...wanted(), env }), { message: /status 407$/ });
    assert.deepEqual(asked, [`http://mirror.example/sdk${sums}`]);
  });

  it("says what the proxy answered when it opens no tunnel", async () => {
    const proxy = createTcpServer((socket) => void socket.resume().end("HTTP/1.1 403 Forbidden\r\n\r\n"));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const env = { NETNS_ENGINE_URL: "https://mirror.example", HTTPS_PROXY: `127.0.0.1:${port}` };
    await assert.rejects(downloadEngine({ ...wanted(), env }), {
      message: new RegExp(`the proxy 127.0.0.1:${port} answered with status 403$`),
    });
    await new Promise((resolve) => proxy.close(resolve));
  });

  it("knows no release for another system", async () => {
    await assert.rejects(downloadEngine({ ...wanted(), platform: "aix-ppc64" }), {
      message: "no release of Pulumi is known here for aix-ppc64",
    });
  });

  async function downloadFrom(listener: RequestListener, timeoutMs = longMs) {
    site = await serve(listener);
    return download(site.url, timeoutMs);
  }

  function download(url: string, timeoutMs = longMs) {
    return downloadEngine({ ...wanted(), timeoutMs, env: { PATH: process.env.PATH, NETNS_ENGINE_URL: url } });
  }

  function wanted() {
    return { bin, version, timeoutMs: longMs, platform: "linux-x64" };
  }

  function leftovers(): string[] {
    return existsSync(path.dirname(bin)) ? readdirSync(path.dirname(bin)) : [];
  }
});
