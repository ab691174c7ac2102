// One round of load: 400 visitors, every one of whom orders something.
const at = `http://127.0.0.1:${process.env.PORT ?? 3211}`;

for (let visitor = 0; visitor < 400; visitor++) {
  const articles = Array.from({ length: 30 }, (_, i) => visitor * 7 + i).join();
  for (const path of ['/', `/order?articles=${articles}`]) await (await fetch(at + path)).text();
}
