// Preloaded into the built program: it lives on the day of the tests, as who they kill does, and whom it starts.
const { now } = Date;
Date.now = () => now() + Number(process.env.KILL_CLOCK_OFFSET ?? 0);
