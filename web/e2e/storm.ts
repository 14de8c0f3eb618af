/** A storm of events, as fast as a page has to bear it. */

/** So many, each by `raise(n)`, no faster than 200 a second; gives how many a second there were. */
export async function storm(many: number, raise: (n: number) => Promise<unknown>): Promise<number> {
  const begun = Date.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < many) {
      const n = next++;
      const due = begun + n * 5;
      if (due > Date.now()) await new Promise((done) => setTimeout(done, due - Date.now()));
      await raise(n);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return (many / (Date.now() - begun)) * 1_000;
}
