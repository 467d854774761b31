namespace go ping

service Ping {
    void ping(),
}
