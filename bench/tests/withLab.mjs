import { withLab } from "pulumi-netns/testing";
import { last, star } from "./star.mjs";

/** `withLab.mjs COUNT LABS [topology]` */
const [count, labs, shape] = process.argv.slice(2);
for (let left = Number(labs); left > 0; left--) {
  await withLab(star(Number(count), shape === "topology"), async (lab) => {
    if (await lab.ping("h1", last(count), { count: 5 })) console.log("answered");
  });
}
