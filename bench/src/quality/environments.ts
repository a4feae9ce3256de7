import { findPython, ownEnvironment, type PythonEnvironment, presentEnvironment } from '../peers/environment.ts';
import { type ExpensivePeer, expensivePackages, expensivePythons } from './expensive-peers.ts';
import { homeOf, isExpensive, type PeerHome, peerPackages } from './peers.ts';
import type { SamplerSpec } from './run.ts';

/** The Pythons of one command, by name; one that is not there is missing. */
export type Environments = ReadonlyMap<PeerHome['environment'], PythonEnvironment>;

/**
 * Finds or makes what these peers need. The large environments of expensive peers are only made when `install` says so; without
 * it, those that are there are taken.
 * @throws Error when one cannot be made
 */
export function findEnvironments(peers: readonly SamplerSpec[], install: boolean): Environments {
  const found = new Map<PeerHome['environment'], PythonEnvironment>();
  const usual = peers.filter((peer) => !isExpensive(peer));
  if (usual.length > 0) found.set('', orThrow(findPython(peerPackages(usual))));
  for (const name of new Set(peers.map((peer) => homeOf(peer).environment))) {
    if (name === '') continue;
    const environment = install ? expensiveEnvironment(name) : presentEnvironment(describe(name));
    if (environment !== null) found.set(name, environment);
  }
  return found;
}

/**
 * The environment of expensive peers, made where it is not there.
 * @throws Error when it cannot be made
 */
export function expensiveEnvironment(name: ExpensivePeer['environment']): PythonEnvironment {
  return orThrow(ownEnvironment(describe(name)));
}

function describe(name: ExpensivePeer['environment']): Parameters<typeof ownEnvironment>[0] {
  return { name, packages: expensivePackages[name], pythons: expensivePythons[name] };
}

function orThrow(environment: PythonEnvironment | string): PythonEnvironment {
  if (typeof environment === 'string') throw new Error(environment);
  return environment;
}
