// How much of a response may be held. Bodies stream within bounds of their own, so of nginx's buffers only the one that
// limits the head of a response has a meaning here.
import { definePolicy } from '../define-policy.ts'
import { integerSetting, nginxSetting, onOrOff, quote, sizeSetting } from '../setting-types.ts'

const streams =
  'Has no effect: pieces of a body are passed on as they come, and a client that takes nothing holds the backend back.'

/** Buffers of responses (ingress-nginx: `proxy-buffering`, `proxy-buffer-size` and friends). */
export const responseBuffers = definePolicy('responseBuffers', {
  doc: 'How much of a response may be held.',
  settings: {
    maxHeadBytes: sizeSetting('proxy-buffer-size', {
      default: Number.POSITIVE_INFINITY,
      scope: 'both',
      doc:
        'Largest head of a response, its status line and fields; a larger one counts as invalid_header for proxy-next-upstream and is 502 in ' +
        'the end. 0 sets no limit of its own.',
      differs: 'Limits the head only, by the byte. Without it heads may have 64k.',
    }),
    buffering: nginxSetting<'on' | 'off'>(
      'proxy-buffering',
      'on or off',
      {
        default: 'off',
        choices: onOrOff,
        scope: 'both',
        doc: 'Whether nginx collects responses before it passes them on.',
        differs: streams,
      },
      text =>
        text === 'on' || text === 'off'
          ? { value: text }
          : { problem: `${quote(text)} is neither "on" nor "off"` },
    ),
    buffers: integerSetting('proxy-buffers-number', {
      default: 4,
      min: 1,
      max: 2 ** 31 - 1,
      scope: 'both',
      doc: 'How many buffers nginx collects a response in.',
      differs: streams,
    }),
    busyBytes: sizeSetting('proxy-busy-buffers-size', {
      default: 8 * 1024,
      scope: 'both',
      doc: 'How much nginx may be sending to the client while it goes on collecting.',
      differs: streams,
    }),
    fileBytes: sizeSetting('proxy-max-temp-file-size', {
      default: 1024 ** 3,
      scope: 'both',
      doc: 'How much of a response nginx may put into a temporary file.',
      differs: 'Has no effect: responses are never put into files.',
    }),
  },
  check(settings, written, report) {
    for (const name of written.keys()) {
      const isObeyed = name === 'maxHeadBytes' || (name === 'buffering' && settings.buffering === 'off')
      if (!isObeyed)
        report(name, 'has no effect: responses stream, and what may wait of them is bounded', 'note')
    }
    return settings
  },
})
