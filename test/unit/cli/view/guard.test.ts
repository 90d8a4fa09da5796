import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { newToken, pathFor } from "../../../../cli/view/guard";

const PORT = 4000;
const token = newToken();
const ours = { method: "GET", url: `/${token}/tables?host=h1`, headers: { host: `127.0.0.1:${PORT}` } };

function asked({ headers = {}, ...changed }: Partial<IncomingMessage>) {
  const request = { ...ours, ...changed, headers: { ...ours.headers, ...headers } };
  return pathFor(request as IncomingMessage, token, PORT);
}

describe("The page of `netns view`", () => {
  it("gets what it asks for, by either name of loopback", () => {
    assert.equal(asked({})?.pathname, "/tables");
    assert.equal(asked({})?.searchParams.get("host"), "h1");
    const headers = { host: `localhost:${PORT}`, origin: `http://localhost:${PORT}`, "sec-fetch-site": "same-origin" };
    assert.equal(asked({ headers })?.pathname, "/tables");
    assert.equal(asked({ url: `/${token}/` })?.pathname, "/");
  });

  it("is the only one: nobody gets anything without its token", () => {
    for (const url of [
      "/",
      "",
      "//",
      `/${token}`,
      `/${token.slice(1)}/`,
      `/${token}x/`,
      `/x/${token}/`,
      `/${newToken()}/events`,
    ])
      assert.equal(asked({ url }), undefined, url);
  });

  it("is the only one: no name of somebody else's leads here", () => {
    for (const host of [
      "",
      "127.0.0.1",
      "evil.example",
      `evil.example:${PORT}`,
      `127.0.0.1:${PORT + 1}`,
      `[::1]:${PORT}`,
    ])
      assert.equal(asked({ headers: { host } }), undefined, host);
  });

  it("is the only one: no other page can send or read", () => {
    for (const origin of ["null", "http://evil.example", `https://127.0.0.1:${PORT}`, `http://localhost:${PORT}`])
      assert.equal(asked({ headers: { origin } }), undefined, origin);
    for (const site of ["cross-site", "same-site", ""])
      assert.equal(asked({ headers: { "sec-fetch-site": site } }), undefined, site);
    assert.equal(asked({ method: "POST" }), undefined);
  });

  it("has an address that nobody can guess", () => {
    assert.match(token, /^[\w-]{43}$/);
    assert.notEqual(newToken(), token);
  });
});
