import {
  type AccessToken,
  AzureCliCredential,
  ChainedTokenCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from "@azure/identity";
import { isMailDnsError, MailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import type { Cloud } from "./cloud.ts";
import { checkTenant } from "./discovery.ts";
import { loginError } from "./login-error.ts";

/** A login: one for all domains of a run. */
export interface Tokens {
  /** The token for now. Throws `auth` saying what was tried, `transient` where nobody answers. */
  get(scope: string, signal: AbortSignal): Promise<string>;
}

/** A way to log in, and how people know it. */
interface Login {
  readonly words: string;
  readonly credential: TokenCredential;
}

/** A token is not used up to its last second: a call may wait for its turn. */
const SPARE_MS = 5 * 60_000;

/** A login that was not answered is tried again after so many milliseconds: it changes nothing. */
const PAUSES_MS = [500, 2000, 5000];

export function createTokens(context: HostContext, cloud: Cloud): Tokens {
  const login = chooseLogin(context, cloud);
  const { clock } = context;
  let held: AccessToken | undefined;
  let asking: Promise<string> | undefined;
  const ask = async (scope: string, signal: AbortSignal): Promise<string> => {
    for (const pause of [...PAUSES_MS, undefined]) {
      try {
        held = await askOnce(login, scope, signal);
        return held.token;
      } catch (error) {
        const isPassing = isMailDnsError(error) && error.code === "transient";
        if (!isPassing) throw error;
        await checkTenant(context, cloud, signal);
        if (pause === undefined) throw error;
        await clock.wait(pause, signal);
      }
    }
    throw new MailDnsError("internal", "A login was neither given nor refused.");
  };
  return {
    async get(scope, signal) {
      if (held !== undefined && held.expiresOnTimestamp - clock.now() > SPARE_MS) return held.token;
      asking ??= ask(scope, signal).finally(() => (asking = undefined));
      return asking;
    },
  };
}

async function askOnce(
  { credential, words }: Login,
  scope: string,
  signal: AbortSignal,
): Promise<AccessToken> {
  try {
    const token = await credential.getToken(scope, { abortSignal: signal });
    if (token === null) throw new Error("no token was given");
    return token;
  } catch (error) {
    signal.throwIfAborted();
    throw loginError(error, words);
  }
}

/** What is set in the environment decides; only where nothing is, Azure's own chain looks around. */
function chooseLogin(context: HostContext, cloud: Cloud): Login {
  const { credential, optionalCredential } = context;
  // Trying again is for us to do, so that it can be broken off.
  const options = { ...optionsFor(cloud), retryOptions: { maxRetries: 0 } };
  const principal = () => [credential("AZURE_TENANT_ID"), credential("AZURE_CLIENT_ID")] as const;
  const secret = optionalCredential("AZURE_CLIENT_SECRET");
  if (secret !== undefined) {
    const words = "the service principal in AZURE_CLIENT_ID with its secret";
    return { words, credential: new ClientSecretCredential(...principal(), secret, options) };
  }
  const certificatePath = optionalCredential("AZURE_CLIENT_CERTIFICATE_PATH");
  if (certificatePath !== undefined) {
    const certificatePassword = optionalCredential("AZURE_CLIENT_CERTIFICATE_PASSWORD");
    const pem = {
      certificatePath,
      ...(certificatePassword !== undefined && { certificatePassword }),
    };
    const words = "the service principal in AZURE_CLIENT_ID with its certificate";
    return { words, credential: new ClientCertificateCredential(...principal(), pem, options) };
  }
  const tokenFilePath = optionalCredential("AZURE_FEDERATED_TOKEN_FILE");
  if (tokenFilePath !== undefined) {
    const [tenantId, clientId] = principal();
    const own = { ...options, tenantId, clientId, tokenFilePath };
    const words = "the workload identity in AZURE_FEDERATED_TOKEN_FILE";
    return { words, credential: new WorkloadIdentityCredential(own) };
  }
  return lookAround(context, optionsFor(cloud));
}

/**
 * Whoever is logged in here comes before the machine itself, which answers only in Azure: a managed
 * identity, then Azure PowerShell and the Azure Developer CLI.
 */
function lookAround(context: HostContext, options: ReturnType<typeof optionsFor>): Login {
  const { account, optionalCredential } = context;
  if (account !== undefined) {
    throw new MailDnsError("auth", `Nothing is set that logs the account ${account} in to Azure.`, {
      help: "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, each with the account's suffix.",
    });
  }
  const tenantId = optionalCredential("AZURE_TENANT_ID");
  const managedIdentityClientId = optionalCredential("AZURE_CLIENT_ID");
  const own = {
    ...options,
    ...(tenantId !== undefined && { tenantId }),
    ...(managedIdentityClientId !== undefined && { managedIdentityClientId }),
  };
  const cli = new AzureCliCredential(tenantId === undefined ? {} : { tenantId });
  const credential = new ChainedTokenCredential(cli, new DefaultAzureCredential(own));
  return { words: "what this machine offers", credential };
}

function optionsFor({ authority }: Cloud) {
  return authority === undefined
    ? {}
    : { authorityHost: authority, disableInstanceDiscovery: true };
}
