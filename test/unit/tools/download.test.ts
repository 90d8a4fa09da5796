import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { downloadEngine } from "../../../tools/download.mjs";
import { fakeRelease } from "./fakeEngine.js";

const version = "3.250.0";
const sums = `/pulumi-${version}-checksums.txt`;
const tarball = `pulumi-v${version}-linux-x64.tar.gz`;
const shortMs = 100;
const longMs = 30_000;

describe("the download of Pulumi's release", () => {
  let scratch: string;
  let archive: Buffer;
  let bin: string;
  let server: Server | undefined;

  beforeEach(() => {
    scratch = mkdtempSync(path.join(os.tmpdir(), "netns-download-"));
    archive = readFileSync(fakeRelease(scratch, `v${version}`));
    bin = path.join(scratch, "engine", "bin");
  });

  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
    rmSync(scratch, { recursive: true });
  });

  it("brings programs that run", async () => {
    await downloadFrom(release());
    assert.equal(execFileSync(path.join(bin, "pulumi"), ["version"], { encoding: "utf8" }), `v${version}\n`);
    assert.deepEqual(leftovers(), ["bin"]);
  });

  it("follows a redirect", async () => {
    const serve = release();
    await downloadFrom((request, response) => {
      if (request.url?.startsWith("/moved/")) {
        request.url = request.url.slice("/moved".length);
        serve(request, response);
      } else {
        response.writeHead(302, { location: `/moved${request.url}` }).end();
      }
    });
    assert.ok(existsSync(path.join(bin, "pulumi")));
  });

  it("refuses an archive whose checksum is not the published one, and leaves nothing behind", async () => {
    const published = "0".repeat(64);
    await assert.rejects(downloadFrom(release({ published })), {
      message: new RegExp(`${tarball} has SHA-256 ${sha256(archive)}, but ${published} is published: it is not used`),
    });
    assert.deepEqual(leftovers(), []);
  });

  it("says so when the checksums lack the archive's name", async () => {
    await assert.rejects(downloadFrom(release({ name: "other.tar.gz" })), { message: /holds no SHA-256 of pulumi-v/ });
  });

  it("names the status when a proxy forbids it", async () => {
    await assert.rejects(
      downloadFrom((_, response) => response.writeHead(403).end()),
      {
        message: /checksums\.txt answered with status 403$/,
      },
    );
  });

  it("takes a web page for no checksums", async () => {
    await assert.rejects(
      downloadFrom((_, response) => response.end("<!doctype html><html>Please log in</html>")),
      {
        message: /holds no SHA-256 of .* but a web page$/,
      },
    );
  });

  it("takes a web page for no archive", async () => {
    await assert.rejects(downloadFrom(release({ body: (response) => response.end("<html></html>") })), {
      message: /it is not used$/,
    });
    assert.deepEqual(leftovers(), []);
  });

  it("says at once that a connection is refused", async () => {
    const site = await listen(() => {});
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    await assert.rejects(download(site), { message: /ECONNREFUSED/ });
  });

  it("gives up on a server that accepts and never answers", async () => {
    await assert.rejects(
      downloadFrom(() => {}),
      { message: /checksums\.txt did not answer within 0\.1 s$/ },
    );
  });

  it("gives up on a body that stops coming, and leaves nothing behind", async () => {
    const body = (response: ServerResponse) => void response.write(archive.subarray(0, 40));
    await assert.rejects(downloadFrom(release({ body }), shortMs), { message: /linux-x64\.tar\.gz sent nothing for 0\.1 s$/ });
    assert.deepEqual(leftovers(), []);
  });

  it("says that a body broke off, and leaves nothing behind", async () => {
    const body = (response: ServerResponse) => {
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 40), () => response.destroy());
    };
    await assert.rejects(downloadFrom(release({ body })), { message: /linux-x64\.tar\.gz broke off half way$/ });
    assert.deepEqual(leftovers(), []);
  });

  it("asks the proxy that the environment names", async () => {
    const asked: string[] = [];
    const proxy = await listen((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(407).end();
    });
    const env = { NETNS_ENGINE_URL: "http://mirror.example/sdk", http_proxy: proxy };
    await assert.rejects(downloadEngine({ ...wanted(), env }), { message: /status 407$/ });
    assert.deepEqual(asked, [`http://mirror.example/sdk${sums}`]);
  });

  it("says what the proxy answered when it opens no tunnel", async () => {
    const proxy = createTcpServer((socket) => void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
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

  function release({ published = sha256(archive), name = tarball, body }: Release = {}): RequestListener {
    const sendArchive = body ?? ((response: ServerResponse) => void response.end(archive));
    return (request, response) => {
      if (request.url === sums) {
        response.end(`${"1".repeat(64)}  pulumi-v${version}-windows-x64.zip\n${published}  ${name}\n`);
      } else {
        assert.equal(request.url, `/${tarball}`);
        sendArchive(response);
      }
    };
  }

  async function downloadFrom(listener: RequestListener, timeoutMs = longMs) {
    return download(await listen(listener), timeoutMs);
  }

  function download(site: string, timeoutMs = longMs) {
    return downloadEngine({ ...wanted(), timeoutMs, env: { PATH: process.env.PATH, NETNS_ENGINE_URL: site } });
  }

  function wanted() {
    return { bin, version, timeoutMs: longMs, platform: "linux-x64" };
  }

  async function listen(listener: RequestListener): Promise<string> {
    const started = createServer(listener);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  }

  function leftovers(): string[] {
    return existsSync(path.dirname(bin)) ? readdirSync(path.dirname(bin)) : [];
  }
});

interface Release {
  published?: string;
  name?: string;
  body?: (response: ServerResponse) => void;
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
