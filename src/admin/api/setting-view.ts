// A setting in force, as the API shows it.
import type { EffectiveSetting } from '../../explain/effective-settings.ts'
import type { SettingView } from './types.ts'

/** What may be shown of a setting; nothing of it was taken from a Secret. */
export function settingView({
  setting,
  text,
  from,
  written,
  because,
  unread,
}: EffectiveSetting): SettingView {
  return {
    setting,
    text,
    from,
    ...(written !== undefined && { object: written.object, at: written.at }),
    ...(because !== undefined && { because }),
    ...(unread !== undefined && { unread: unread.text }),
  }
}
