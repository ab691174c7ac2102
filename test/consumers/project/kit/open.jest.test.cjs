test('starts a timer', () => {
  setInterval(() => {}, 60_000);
});
