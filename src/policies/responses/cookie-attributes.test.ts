import { expect, it } from 'vitest'
import { changeCookieAttributes } from './cookie-attributes.ts'

const toUpper = (name: string, value: string) => (name === 'path' ? value.toUpperCase() : undefined)

it('changes the value of an attribute and leaves all else as it is', () => {
  expect(changeCookieAttributes('path=/a; Path = /b ;HttpOnly;Domain=x', toUpper)).toBe(
    'path=/a; Path=/B;HttpOnly;Domain=x',
  )
})

it('says so when nothing is to be changed', () => {
  expect(changeCookieAttributes('a=b; path', toUpper)).toBeUndefined()
  expect(changeCookieAttributes('a=b; xpath=/', toUpper)).toBeUndefined()
})
