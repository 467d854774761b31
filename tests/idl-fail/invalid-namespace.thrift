namespace go a..b
namespace rs a.1b
namespace py a.
