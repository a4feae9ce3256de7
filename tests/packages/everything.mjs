// A page that keeps everything `asktell` exports.
import * as asktell from 'asktell';

Object.assign(globalThis, { asktell });
