import assert from "node:assert/strict";
import fc from "fast-check";
import { command, environment, fileTexts } from "../../provider/core/processFields";
import { hostileTexts } from "../support/inputs/hostileTexts";
import { kernelSuite } from "../support/suites/kernelSuite";
import { cases } from "../support/suites/soak";

/** A shell that goes on, whose words /proc shows as they are. */
const SHELL = ["sh", "-c", "sleep 2000; exit", "sh"];
const BY_ITSELF = /^(PATH|HOME|USER|LOGNAME|NETNS_PROCESS|PWD)=/;
/** Where nothing else is. */
const [FOLDERS, FILES] = ["/run/folders", "/var/opt"];

kernelSuite("Hostile input that Check takes in a Process", (fixture) => {
  it("is in its words, variables, folder and files as it means, and nowhere else", async () => {
    const { lab, provider } = fixture;
    const property = fc.asyncProperty(processes, async ({ words, folder, env, files }) => {
      const cwd = `${FOLDERS}${folder}`;
      await lab.run(["mkdir", "-p", "--", cwd]);
      const inputs = { namespace: "x", name: "it", argv: [...SHELL, ...words], cwd, env, files };
      const made = await provider.create("Process", "it", inputs);
      const pid = String(made.state.pid);
      const partsOf = async (file: string) => (await lab.run(["cat", `/proc/${pid}/${file}`])).split("\0").slice(0, -1);
      assert.deepEqual(await partsOf("cmdline"), inputs.argv);
      const variables = Object.entries(env).map((pair) => pair.join("="));
      assert.deepEqual((await partsOf("environ")).filter((one) => !BY_ITSELF.test(one)).sort(), variables.sort());
      assert.equal(await lab.run(["readlink", "-n", `/proc/${pid}/cwd`]), cwd);
      for (const [file, text] of Object.entries(files))
        assert.equal(await lab.run(["nsenter", "-m", "-t", pid, "--", "cat", "--", file]), text);
      assert.deepEqual(await provider.read("Process", "it", made), made);
      await provider.delete("Process", "it", made);
      assert.deepEqual((await lab.ip("netns pids x")) + (await lab.run(["ls", "-A", FILES])), "");
    });
    await fc.assert(property, { numRuns: cases(8, 2000) });
  }).timeout(0);
});

const words = hostileTexts.filter((text) => command().safeParse(["sh", text]).success);
const isPath = (path: string) => fileTexts().safeParse({ [path]: "" }).success && Buffer.byteLength(path) < 255;
const paths = hostileTexts.filter((text) => isPath(`/${text}`)).map((text) => `/${text}`);

const processes = fc.record({
  words: fc.array(words, { maxLength: 4 }),
  folder: paths,
  env: fc.dictionary(fc.constantFrom("A", "_b1"), words).filter((env) => environment().safeParse(env).success),
  files: fc.dictionary(
    paths.map((path) => `${FILES}${path}`),
    words,
    { maxKeys: 2 },
  ),
});
