// ID numbers: the check character of GB 11643, so that a mistyped one is noticed before the person has gone.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** What was typed looks like an ID number of 18 characters. */
export const isNumber = (text) => /^\d{17}[\dXx]$/.test(text);

/** Its check character is right. */
export function holds(text) {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(text[place]), 0);
  return '10X98765432'[sum % 11] === text[17].toUpperCase();
}
