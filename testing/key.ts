import { createServer, type Server } from "node:http";

const NAME = "lab";

/** What a stack's settings say of where its key is. */
export const KEY_SETTINGS = {
  secretsprovider: `hashivault://${NAME}`,
  encryptedkey: Buffer.from("vault:v1:lab").toString("base64"),
};

/** The environment by which the engine finds who gives it, at a socket that it sees by this path. */
export function keyEnv(socket: string): NodeJS.ProcessEnv {
  return { VAULT_SERVER_URL: `unix://${socket}`, VAULT_SERVER_TOKEN: NAME };
}

/**
 * Gives the engine the key by which it encrypts secrets in a state, at a socket, in the words of a Vault. From a passphrase it
 * would derive one, by a million rounds of SHA-256: a fifth of a second for each lab. The state of a lab is in the memory of
 * its sandbox, seen by nobody but who has made it, and ends with it, so the key is no secret.
 */
export async function serveKey(socket: string): Promise<Server> {
  const plaintext = Buffer.alloc(32, NAME).toString("base64");
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json").end(JSON.stringify({ data: { plaintext } }));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  return server.unref();
}
