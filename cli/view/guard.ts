import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

const TOKEN_BYTES = 32;

/** What has to be in the address of the page, and nobody can guess. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/**
 * What a request asks for behind its token, such as `events`; undefined where it is not from our page. It knows the token,
 * says the address in which nobody else's name leads here, and a browser that says where it is from says this page.
 */
export function pathFor({ method, url = "", headers }: IncomingMessage, token: string, port: number): URL | undefined {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = "", origin } = headers;
  if (method !== "GET" || !own.includes(host)) return undefined;
  if (origin !== undefined && origin !== `http://${host}`) return undefined;
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return undefined;
  const [, given = "", rest] = /^\/([^/]*)\/(.*)$/s.exec(url) ?? [];
  if (!isSame(given, token) || rest === undefined) return undefined;
  return new URL(`http://${host}/${rest}`);
}

/** It takes as long whatever is wrong, for the hashes are compared to the last byte. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a as Buffer, b as Buffer);
}
