// A bundle that contains every export of `asktell`.
import * as asktell from 'asktell';

Object.assign(globalThis, { asktell });
