import http from "node:http";
import https from "node:https";
import tls from "node:tls";

const redirectLimit = 5;

/**
 * Opens a URL and returns the response of status 200, with its body still to be read. Gives up when no answer has begun
 * within `timeoutMs`, and when a body then stays silent for as long. Goes through the proxy that the environment names:
 * Node 20's own fetch would not.
 */
export async function open(url, { timeoutMs, env = process.env }, redirects = 0) {
  const response = await firstAnswer(new URL(url), timeoutMs, env);
  const { statusCode, headers } = response;
  if (statusCode >= 300 && statusCode < 400 && headers.location) {
    response.destroy();
    return open(nextPlace(url, headers.location, redirects), { timeoutMs, env }, redirects + 1);
  }
  if (statusCode !== 200) {
    response.destroy();
    throw new Refused(`${url} answered with status ${statusCode}`);
  }
  response.setTimeout(timeoutMs, () => {
    response.destroy(new Error(`${url} sent nothing for ${timeoutMs / 1000} s`));
  });
  return response;
}

/** Something did answer, though not with what was asked for. */
export class Refused extends Error {}

export async function openText(url, options) {
  const response = await open(url, options);
  response.setEncoding("utf8");
  let text = "";
  for await (const piece of response) {
    text += piece;
  }
  return text;
}

/** The proxy for a URL by the usual variables, or nothing. */
function proxyFor(url, env) {
  const name = url.protocol === "https:" ? "https_proxy" : "http_proxy";
  const proxy = env[name] || env[name.toUpperCase()];
  const direct = (env.no_proxy || env.NO_PROXY || "").split(",").map((host) => host.trim().replace(/^\*?\./, ""));
  const isDirect = direct.some((host) => host === "*" || (host && `.${url.hostname}`.endsWith(`.${host}`)));
  return proxy && !isDirect ? new URL(proxy.includes("://") ? proxy : `http://${proxy}`) : undefined;
}

function firstAnswer(url, timeoutMs, env) {
  return new Promise((resolve, reject) => {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), timeoutMs);
    const settle = (how, what) => {
      clearTimeout(timer);
      how(what);
    };
    const fail = (error) => settle(reject, new Error(reason(url, error, silence.signal.aborted && timeoutMs)));

    connection(url, silence.signal, env)
      .then((options) => {
        const client = url.protocol === "https:" ? https : http;
        const request = client.get(url, options);
        silence.signal.addEventListener("abort", () => request.destroy(new Error("silent")));
        request.on("response", (response) => settle(resolve, response));
        request.on("error", fail);
      })
      .catch(fail);
  });
}

async function connection(url, signal, env) {
  const proxy = proxyFor(url, env);
  if (!proxy) {
    return {};
  }
  const headers = proxy.username ? { "proxy-authorization": basic(proxy) } : {};
  if (url.protocol === "http:") {
    return {
      hostname: proxy.hostname,
      port: proxy.port || 80,
      path: url.href,
      headers: { ...headers, host: url.host },
    };
  }
  const socket = await tunnel(proxy, `${url.hostname}:${url.port || 443}`, headers, signal);
  const createConnection = () => tls.connect({ socket, servername: url.hostname });
  return { createConnection, headers: { host: url.host } };
}

function tunnel(proxy, target, headers, signal) {
  return new Promise((resolve, reject) => {
    const client = proxy.protocol === "https:" ? https : http;
    const options = { method: "CONNECT", host: proxy.hostname, port: proxy.port || undefined, path: target };
    const request = client.request({ ...options, headers: { ...headers, host: target }, signal });
    request.on("connect", (response, socket) => {
      if (response.statusCode === 200) {
        resolve(socket);
      } else {
        socket.destroy();
        reject(new Error(`the proxy ${proxy.host} answered with status ${response.statusCode}`));
      }
    });
    request.on("error", reject);
    request.end();
  });
}

function basic(proxy) {
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return `Basic ${Buffer.from(login).toString("base64")}`;
}

function nextPlace(url, location, redirects) {
  const next = new URL(location, url);
  if (redirects >= redirectLimit || (url.startsWith("https:") && next.protocol !== "https:")) {
    throw new Refused(`${url} redirects to ${next.href}, which is not followed`);
  }
  return next.href;
}

function reason(url, error, silentMs) {
  const cause = error.errors?.[0] ?? error;
  return silentMs ? `${url.href} did not answer within ${silentMs / 1000} s` : `${url.href}: ${cause.message}`;
}
