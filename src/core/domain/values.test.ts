import { expect, test } from 'vitest';
import { isIsoDay } from './index.ts';

test('a day is one of the calendar, in every year that four digits can write', () => {
  const isDay = (text: string) => new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
  const two = (n: number) => String(n).padStart(2, '0');
  for (const year of ['0000', '0004', '0100', '1900', '2000', '2023', '2024', '2100', '9999'])
    for (let month = 0; month <= 13; month++)
      for (let day = 0; day <= 32; day++) {
        const text = `${year}-${two(month)}-${two(day)}`;
        expect({ text, is: isIsoDay(text) }).toEqual({ text, is: isDay(text) });
      }
  for (const text of ['', '2026-1-02', '2026-01-02 ', ' 2026-01-02', '2026-01-02\n', '2026/01/02', '12026-01-02'])
    expect(isIsoDay(text)).toBe(false);
});
