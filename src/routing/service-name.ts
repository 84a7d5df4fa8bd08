// How the port of a Service is called.

/** `shop/cart:80`, the port as the rule or the Service wrote it. */
export function serviceName(named: {
  readonly namespace: string
  readonly service: string
  readonly port: string | number
}): string {
  return `${named.namespace}/${named.service}:${named.port}`
}
