// Text of manifests on its way to a terminal or into a line-based format.

/**
 * Replaces control characters by `\x1b` and the like, so that no terminal obeys them, no line ends early, and none is written
 * from right to left to look like another.
 */
export function escapeControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escapeCharacter)
}

/** `\\x1b`, `\\u2028`. */
function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0)
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
