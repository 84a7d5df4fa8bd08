// A service of gRPC with every kind of call, as the real library serves and calls it. Messages are octets: what they mean is
// nobody's business between a client and a server.
import {
  type CallOptions,
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
} from '@grpc/grpc-js'
import { onTestFinished } from 'vitest'

const path = (method: string) => `/test.Echo/${method}`
const asBuffer = (message: Buffer) => message
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: path(name),
  requestStream,
  responseStream,
  requestSerialize: asBuffer,
  requestDeserialize: asBuffer,
  responseSerialize: asBuffer,
  responseDeserialize: asBuffer,
})
const service = {
  unary: method('Unary', false, false),
  collect: method('Collect', true, false),
  repeat: method('Repeat', false, true),
  converse: method('Converse', true, true),
}

/** What a test wants done with calls; what it leaves out is not implemented. */
export interface GrpcHandlers {
  readonly unary?: handleUnaryCall<Buffer, Buffer>
  readonly collect?: handleClientStreamingCall<Buffer, Buffer>
  readonly repeat?: handleServerStreamingCall<Buffer, Buffer>
  readonly converse?: handleBidiStreamingCall<Buffer, Buffer>
}

export interface GrpcBackend {
  readonly port: number
  readonly address: string
  readonly server: Server
  /** Speaks the gRPC health protocol. */
  serveHealth(isServing: (service: string) => boolean): void
}

/** A server of `@grpc/grpc-js`, over TLS with a key and a certificate. It is gone when the test is over. */
export async function startGrpcBackend(
  handlers: GrpcHandlers,
  pair?: { readonly keyPem: string; readonly certPem: string },
): Promise<GrpcBackend> {
  const server = new Server()
  server.addService(service, { ...handlers })
  const secure = pair && { private_key: Buffer.from(pair.keyPem), cert_chain: Buffer.from(pair.certPem) }
  const how =
    secure === undefined ? ServerCredentials.createInsecure() : ServerCredentials.createSsl(null, [secure])
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', how, (error, port) => (error === null ? resolve(port) : reject(error)))
  })
  onTestFinished(() => server.forceShutdown())
  const serveHealth: GrpcBackend['serveHealth'] = isServing =>
    server.addService(
      { check: { ...method('Check', false, false), path: '/grpc.health.v1.Health/Check' } },
      {
        // Field 1 of both messages: a string, and an enumeration in which 1 is SERVING and 2 NOT_SERVING.
        check: (call: { request: Buffer }, done: (error: null, message: Buffer) => void) =>
          done(null, Buffer.from([0x08, isServing(call.request.subarray(2).toString()) ? 1 : 2])),
      },
    )
  return { port, address: `127.0.0.1:${port}`, server, serveHealth }
}

/** The outcome of a call that has one answer. */
export interface GrpcAnswer {
  /** 0 for none. */
  readonly code: number
  readonly details: string
  readonly message: string
  readonly trailers: Metadata
}

/** A client of `@grpc/grpc-js`. */
export interface GrpcClient {
  unary(message: string, options?: CallOptions, metadata?: Metadata): Promise<GrpcAnswer>
  collect(done: (answer: GrpcAnswer) => void): ClientWritableStream<Buffer>
  repeat(message: string): ClientReadableStream<Buffer>
  converse(options?: CallOptions): ClientDuplexStream<Buffer, Buffer>
}

/** Calls `host` through the proxy at `port`; over TLS when it is to trust `caPem`. */
export function grpcClient(port: number, host: string, caPem?: string): GrpcClient {
  const how = caPem === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(caPem))
  const client = new Client(`127.0.0.1:${port}`, how, {
    'grpc.default_authority': host,
    'grpc.ssl_target_name_override': host,
    'grpc.enable_retries': 0,
  })
  onTestFinished(() => client.close())
  const answerOf = (error: ServiceError | null, message: Buffer | undefined): GrpcAnswer => ({
    code: error?.code ?? 0,
    details: error?.details ?? '',
    message: message?.toString() ?? '',
    trailers: error?.metadata ?? new Metadata(),
  })
  return {
    unary: (text, options = {}, metadata = new Metadata()) =>
      new Promise(resolve => {
        const call = client.makeUnaryRequest<Buffer, Buffer>(
          path('Unary'),
          asBuffer,
          asBuffer,
          Buffer.from(text),
          metadata,
          options,
          (error, message) => {
            outcome = answerOf(error, message)
            finish()
          },
        )
        let outcome: GrpcAnswer | undefined
        let trailers: Metadata | undefined
        const finish = () => {
          if (outcome !== undefined && trailers !== undefined) resolve({ ...outcome, trailers })
        }
        call.on('status', status => {
          trailers = status.metadata
          finish()
        })
      }),
    collect: done =>
      client.makeClientStreamRequest<Buffer, Buffer>(path('Collect'), asBuffer, asBuffer, (error, message) =>
        done(answerOf(error, message)),
      ),
    repeat: text =>
      client.makeServerStreamRequest<Buffer, Buffer>(path('Repeat'), asBuffer, asBuffer, Buffer.from(text)),
    converse: (options = {}) =>
      client.makeBidiStreamRequest<Buffer, Buffer>(path('Converse'), asBuffer, asBuffer, options),
  }
}
