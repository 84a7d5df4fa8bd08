// Text of manifests on its way to a reader's eyes.

/**
 * Shows what would act instead of being seen as `\u202e`: controls, and characters that turn the direction of writing, with which
 * a name can be made to look like another.
 */
export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
