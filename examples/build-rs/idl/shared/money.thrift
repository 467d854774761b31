namespace rs money

/// An amount in the smallest coin.
struct Amount {
    1: required i64 cents
}
