//! Written by a user.

pub struct Shop;

impl crate::stream_gen::echo::test_service::TestService for Shop {
    // fn echo
    async fn ping_pong(&self) {}
}
