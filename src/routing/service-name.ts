// How the port of a Service is called.

interface NamedPort {
  readonly namespace: string
  readonly service: string
  readonly port: string | number
}

const names = new WeakMap<NamedPort, string>()

/** `shop/cart:80`, the port as the rule or the Service wrote it; joined once for each object of a table. */
export function serviceName(named: NamedPort): string {
  let name = names.get(named)
  if (name === undefined) {
    name = `${named.namespace}/${named.service}:${named.port}`
    names.set(named, name)
  }
  return name
}
