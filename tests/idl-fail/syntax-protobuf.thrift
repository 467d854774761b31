// A contract of another team.
syntax = "proto3";

package shop;

message Order {
  string id = 1;
}
