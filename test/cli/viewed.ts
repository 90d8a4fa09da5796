/** A line that prints the first picture of `netns view`, does something else, and then prints what it said at its end, and its exit code. */
export const VIEWED = (then: string) => `
  netns view >view.txt 2>&1 & until grep -q http view.txt; do sleep 0.1; done
  node -e '${PICTURE}' "$(cat view.txt)"
  ${then}; wait $!; code=$?; tail -n +2 view.txt; echo $code`;

const PICTURE = `(async () => {
  let text = "";
  for await (const chunk of (await fetch(process.argv[1].trim() + "events")).body) {
    text += Buffer.from(chunk);
    const found = /^event: picture\\ndata: .*\\n/m.exec(text);
    if (found) { console.log(found[0]); process.exit(); }
  }
})()`;
