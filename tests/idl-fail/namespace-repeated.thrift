namespace go a
namespace go b
namespace rs c
namespace rs c
