const primes: number[] = [2, 3];

/** At least the first `count` primes. The array is cached and must not be modified. */
export function firstPrimes(count: number): readonly number[] {
  for (let n = (primes[primes.length - 1] as number) + 2; primes.length < count; n += 2) {
    let i = 1;
    while ((primes[i] as number) ** 2 <= n && n % (primes[i] as number) !== 0) i++;
    if ((primes[i] as number) ** 2 > n) primes.push(n);
  }
  return primes;
}
