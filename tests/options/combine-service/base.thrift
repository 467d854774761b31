// A base in another file, which is not combined by itself.
namespace rs samples.base

service Base {
    string Hello(1: string name),
}
