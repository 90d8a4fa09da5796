import assert from "node:assert/strict";
import { LabHost } from "../support/labHost";
import { Stack } from "../support/pulumi";
import { makeProject } from "../support/project";
describe("x", () => {
  it("works", async () => {
    const host = await LabHost.start();
    const folder = await makeProject(`exports.a = require("@pulumi/pulumi").secret("x"); exports.b = new (require("@pulumi/pulumi").Config)().get("k")`);
    const stack = await Stack.open({host, folder});
    await stack.config("k", "v");
    console.log(await stack.preview());
    console.log(await stack.up());
    console.log(await stack.up());
    console.log(await stack.outputs());
    console.log(await stack.resources());
    console.log(await stack.refresh());
    console.log((await stack.destroy()));
    console.log(await stack.resources());
    console.log(await host.processes());
    await stack.close();
    await host.stop();
  });
});
