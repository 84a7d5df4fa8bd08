// The policies that a request meets: what each does to it, and what was written for it.
import { At } from '../components/at.tsx'
import { Badge } from '../components/badge.tsx'
import type { PolicySetting, PolicyStep } from './explanation.ts'

const verdicts: Record<PolicyStep['verdict'], { mark: string; text: string; tone: string }> = {
  answered: { mark: '■', text: 'answers', tone: 'answered' },
  refused: { mark: '□', text: 'would answer; another guard lets it in', tone: 'passed' },
  passed: { mark: '✓', text: 'lets it pass', tone: 'passed' },
  acts: { mark: '•', text: 'acts', tone: 'acts' },
  'not-reached': { mark: '–', text: 'not reached', tone: 'off' },
}

/** A list of policies, in the order the request meets them. */
export function PolicySteps({ policies }: { readonly policies: readonly PolicyStep[] }) {
  return (
    <ul class="candidates">
      {policies.map((step, index) => (
        <PolicyItem key={index} step={step} />
      ))}
    </ul>
  )
}

function PolicyItem({ step }: { readonly step: PolicyStep }) {
  const { mark, text, tone } = verdicts[step.verdict]
  return (
    <li class={`candidate policy-${tone}`}>
      <span class="candidate-mark" aria-hidden="true">
        {mark}
      </span>
      <div>
        <div class="candidate-name">
          {step.policy} <span class="muted">{text}</span>{' '}
          {step.status !== undefined && <Badge tone="plain">{step.status}</Badge>}
        </div>
        <div class="candidate-reason">{step.does}</div>
        {step.location !== undefined && <code>{step.location}</code>}
        {step.settings.length > 0 && (
          <ul class="settings">
            {step.settings.map(setting => (
              <SettingItem key={setting.setting} setting={setting} />
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}

function SettingItem({ setting }: { readonly setting: PolicySetting }) {
  const { written, unread, overruled, because } = setting
  return (
    <li>
      <code>{written === undefined ? setting.setting : `${written.key}: ${written.text}`}</code>{' '}
      {written !== undefined && (
        <span class="muted">
          {written.object} <At at={written.at} />
        </span>
      )}
      {because !== undefined && <div class="candidate-reason">{because}</div>}
      {unread !== undefined && (
        <div class="error-text">
          not obeyed: {unread.key}: {unread.text} <At at={unread.at} />
        </div>
      )}
      {overruled !== undefined && (
        <div class="muted">
          overruled: {overruled.key}: {overruled.text} <At at={overruled.at} />
        </div>
      )}
    </li>
  )
}
