// How many columns of a terminal a text takes.

/** Not drawn on their own: marks that combine with the letter before, joiners, variation selectors. */
const zeroWidth = /[\p{Mn}\p{Me}\p{Cf}]/u
/** Two columns: East Asian scripts, full-width forms, emoji. */
const doubleWidth =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u
const printableAscii = /^[ -~]*$/

/** Columns of a text without control characters. */
export function textWidth(text: string): number {
  if (printableAscii.test(text)) return text.length
  let width = 0
  for (const character of text) {
    if (!zeroWidth.test(character)) width += doubleWidth.test(character) ? 2 : 1
  }
  return width
}

/** The text, followed by blanks up to `width` columns. */
export function padText(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}
