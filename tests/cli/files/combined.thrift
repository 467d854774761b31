namespace rs combined

service CombineService {
    string Ask(1: string question),
}
