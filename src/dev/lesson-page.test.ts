import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lesson } from './lesson.ts'
import { renderLesson } from './lesson-page.ts'

/** A lesson in which a client, and manifests, have put `text` wherever they can. */
function lessonOf(text: string): Lesson {
  return {
    status: 502,
    reason: text,
    requestId: text,
    who: text,
    asked: text,
    rule: { ingress: text, route: text, at: text },
    service: text,
    variant: text,
    attempts: [{ endpoint: text, failure: text, durationMs: 1.5 }],
    policies: [text],
    hints: [text],
    nearest: [{ route: text, service: text, at: text, why: text }],
    explain: text,
    refreshes: true,
  }
}

test('HTML has the same markup whatever is in its texts', () => {
  const tags = (text: string) => renderLesson(lessonOf(text), 'text/html').body.match(/<[^>]*>/g)
  const plain = tags('x')
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', '-', '!', 'a', '=') }),
      text => {
        expect(tags(text || 'x')).toEqual(plain)
      },
    ),
  )
})

test('JSON is JSON, and says all there is', () => {
  const { contentType, body } = renderLesson(lessonOf('"\\\u2028'), 'application/json')
  expect(contentType).toBe('application/json')
  expect(JSON.parse(body)).toMatchObject({
    status: 502,
    explain: '"\\\u2028',
    nearest: [{ why: '"\\\u2028' }],
  })
})

test('text begins with the status, and ends with the command that tells more', () => {
  const { body } = renderLesson(lessonOf('words'), undefined)
  expect(body).toMatch(/^502 Bad Gateway\nwords\.\n/)
  expect(body).toMatch(/\n {2}words\n$/)
})
