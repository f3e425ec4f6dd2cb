// OVH's client comes without types; this is what the tests use of it.
declare module "@ovhcloud/node-ovh" {
  interface Client {
    requestPromised(method: string, path: string, parameters: object): Promise<unknown>;
  }
  export default function ovh(options: Readonly<Record<string, string | number>>): Client;
}
