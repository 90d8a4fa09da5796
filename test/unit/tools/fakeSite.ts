import { createHash } from "node:crypto";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const version = "3.250.0";

export const sums = `/pulumi-${version}-checksums.txt`;

export const tarball = `pulumi-v${version}-linux-x64.tar.gz`;

export interface Release {
  archive: Buffer;
  published?: string;
  name?: string;
  body?: (response: ServerResponse) => void;
}

/** Answers as Pulumi's site does, with whatever is to be wrong about it. */
export function release({ archive, published = sha256(archive), name = tarball, body }: Release): RequestListener {
  const sendArchive = body ?? ((response: ServerResponse) => void response.end(archive));
  return (request, response) => {
    if (request.url === sums) {
      response.end(`${"1".repeat(64)}  pulumi-v${version}-windows-x64.zip\n${published}  ${name}\n`);
    } else if (request.url === `/${tarball}`) {
      sendArchive(response);
    } else {
      response.writeHead(404).end();
    }
  };
}

export interface Site {
  url: string;
  stop(): Promise<void>;
}

export async function serve(listener: RequestListener): Promise<Site> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
