// The bearer token that Portico asks for when its admin port is bound beyond loopback. Kept for the browser tab only.

const key = 'portico-token'
let token = stored()

/** The field that carries the token; none where none was given. */
export function authorization(): Record<string, string> {
  return token === '' ? {} : { authorization: `Bearer ${token}` }
}

export function setToken(text: string): void {
  token = text.trim()
  try {
    sessionStorage.setItem(key, token)
  } catch {
    // Storage may be forbidden: then it is asked for again after a reload.
  }
}

function stored(): string {
  try {
    return sessionStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}
